import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.BF16],
    y: pl.Out[pl.Tensor[[16, 64], pl.BF16]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.mul(x[:, :], 2.0)
        y = pl.assemble(y, t, [0, 0])
