import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.INT32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.mul(x[:, :], 0.5)  #~ error[E0308]: a float scalar does not fit pl.INT32 elements
        y = pl.assemble(y, t, [0, 0])
