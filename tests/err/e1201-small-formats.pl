import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.cast(x[:, :], target_type=pl.FP8E4M3)  #~ error[E1201]: FP4, FP8, HF, MX and INT4 formats are not supported
        y = pl.assemble(y, t, [0, 0])
