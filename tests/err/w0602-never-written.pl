# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    z: pl.Out[pl.Tensor[[16, 64], pl.FP32]],  #~ warning[W0602]: the output `z` is never written
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.exp(x[:, :]), [0, 0])
    return y, z
