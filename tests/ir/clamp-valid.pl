"""Valid extents: proved, clamped because memory decides, clamped by `clamp=True`."""
import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def clamp(x: pl.Tensor[[ROWS, 64], pl.FP32], lens: pl.Tensor[[4], pl.INT32], y: pl.Out[pl.Tensor[[ROWS, 64], pl.FP32]]):
    rows = pl.tensor.dim(x, 0)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="clamp"):
        for r0 in pl.range(0, rows, 16):
            t = pl.slice(x, [16, 64], [r0, 0], valid_shape=[pl.min(16, rows - r0), 64])
            y = pl.assemble(y, t, [r0, 0])
        u = pl.slice(x, [16, 64], [0, 0], valid_shape=[lens[0], 64])
        y = pl.assemble(y, u, [0, 0])
        v = pl.slice(x, [16, 64], [8, 0], clamp=True)
        y = pl.assemble(y, v, [8, 0])
