import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.arange(0, [16, 64], dtype=pl.INT32)  #~ error[E0509]: `pl.arange` fills the last axis only
        y = pl.assemble(y, pl.cast(t, pl.FP32), [0, 0])
