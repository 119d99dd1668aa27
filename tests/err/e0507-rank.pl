import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.reshape(x[:, :], [1, 16, 64])
        u = pl.set_validshape(t, 1, 16)  #~ error[E0507]: `pl.set_validshape` needs rank 2
        v = pl.row_sum(t)  #~ error[E0507]: `pl.row_sum` needs a tile of rank 2
        y = pl.assemble(y, u + v, [0, 0])
