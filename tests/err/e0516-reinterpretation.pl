import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.gather(x[0:1, :], mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT16)  #~ error[E0516]: the bits of pl.FP32 cannot be read as pl.INT16
        y = pl.assemble(y, t, [0, 0])
