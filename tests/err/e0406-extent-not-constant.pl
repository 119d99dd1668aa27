import pypto.language as pl

N = pl.dynamic("N")


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    z: pl.Tensor[[4, N, 64], pl.FP32],
    at: pl.Tensor[[5], pl.INT32],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, 0:n]  #~ error[E0406]: the extent of this slice is not a constant
        u = x[at[0] : at[1], :]  #~ error[E0406]: not a constant: at[0] : at[1]
        v = pl.slice(z[n], [16, 64], [0, 0])  #~ error[E0406]: not a constant: N  #~ help: before the core scope the subscript is a view
        y = pl.assemble(y, t, [0, 0])
