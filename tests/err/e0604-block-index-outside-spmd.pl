import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        b = pl.tile.get_block_idx()  #~ error[E0604]: `pl.tile.get_block_idx` outside `pl.spmd`
        y = pl.assemble(y, pl.mul(x[:, :], b), [0, 0])
