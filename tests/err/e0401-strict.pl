# args: --strict
import pypto.language as pl


ROWS = pl.dynamic("ROWS")


@pl.jit
def kernel(
    x: pl.Tensor[[ROWS, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    n = pl.tensor.dim(x, 0)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for b0 in pl.range(0, 64, 16):
            rows = pl.min(16, n - b0)
            t = pl.slice(x, [16, 64], [0, 0], valid_shape=[rows, 64])  #~ error[E0401]: the valid extent `rows` may be negative: its range is [-48, 16]  #~ help: `pl.max(0, rows)`
            y = pl.assemble(y, t, [0, 0])
