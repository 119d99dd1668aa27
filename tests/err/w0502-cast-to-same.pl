# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.cast(x[:, :], target_type=pl.FP32)  #~ warning[W0502]: `x[:, :]` is pl.FP32 already
        y = pl.assemble(y, t, [0, 0])
