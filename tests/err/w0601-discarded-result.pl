# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        pl.exp(x[:, :])  #~ warning[W0601]: the result of this expression is not used
        x.shape[0]  #~ warning[W0601]: the result of this expression is not used
        y = pl.assemble(y, x[:, :], [0, 0])
