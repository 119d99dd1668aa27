# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[64, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[64, 64], pl.FP32]],  #~ warning[W0602]: the output `y` is written only in part: `y[48:64, 0:64]` is never stored
):
    for r0 in pl.parallel(0, 48, 16):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y = pl.assemble(y, x[r0 : r0 + 16, 0:32], [r0, 0])
            y = pl.assemble(y, x[r0 : r0 + 16, 32:64], [r0, 32])
