import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, 0:n]  #~ error[E0406]: the extent of this slice is not a constant
        y = pl.assemble(y, t, [0, 0])
