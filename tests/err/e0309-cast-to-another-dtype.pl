import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.cast(x[:, :], target_type=pl.BF16), [0, 0])  #~ error[E0309]: is pl.BF16, but the target holds pl.FP32  #~ help: leave the cast out
