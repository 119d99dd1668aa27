import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    w: pl.Tensor[[64, 64], pl.BF16],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.cast(w[0:16, :], target_type=pl.FP16), [0, 0])  #~ error[E0309]: is pl.FP16, but the target holds pl.FP32  #~ help: `target_type=pl.FP32`
