# exit: 1
import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def kernel(
    x: pl.Tensor[[ROWS, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, 64], pl.FP32]],  #~ warning[W0602]: the output `y` is written only in part: `y[:, 32:64]` is never stored
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, 16):
        valid = pl.max(0, pl.min(16, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y = pl.assemble(y, pl.slice(x, [16, 32], [r0, 0], valid_shape=[valid, 32]), [r0, 0])
