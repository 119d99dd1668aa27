import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    b: pl.Tensor[[16, 64], pl.BF16],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.add(x[:, :], b[:, :])  #~ error[E0308]: `pl.add` of pl.FP32 and pl.BF16 tiles  #~ help: `pl.cast(b[:, :], target_type=pl.FP32)`
        y = pl.assemble(y, t, [0, 0])
