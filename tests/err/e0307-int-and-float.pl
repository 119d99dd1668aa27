import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
    f: pl.Scalar[pl.FP32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        s = n * f  #~ error[E0307]: `*` of an integer and a float  #~ help: `pl.cast(n, pl.FP32)`
        y = pl.assemble(y, pl.mul(x[:, :], s), [0, 0])
