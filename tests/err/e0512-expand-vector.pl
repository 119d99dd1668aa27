import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        m = pl.reshape(pl.row_max(x[:, :]), [1, 16])
        t = pl.row_expand_sub(x[:, :], m)  #~ error[E0512]: needs a vector [M, 1] beside a tile of shape [16, 64], found [1, 16]  #~ help: `pl.reshape(m, [16, 1])`
        y = pl.assemble(y, t, [0, 0])
