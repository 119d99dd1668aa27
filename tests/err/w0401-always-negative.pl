# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],  #~ warning[W0602]: nothing is ever stored into the output `y`
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.range(1, 4):
            t = pl.slice(x, [16, 64], [0, 0], valid_shape=[1 - 2 * i, 64])  #~ warning[W0401]: the valid extent `1 - 2 * i` is always negative
            y = pl.assemble(y, t, [0, 0])
