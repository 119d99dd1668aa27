import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[1, 131104], pl.INT8],
    y: pl.Out[pl.Tensor[[1, 1], pl.INT32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.matmul(x[:, :], x[:, :], b_trans=True)
        y = pl.assemble(y, t, [0, 0])
