"""Views in orchestration: slices of slices, reshape, transpose, a partly valid one."""
import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def views(x: pl.Tensor[[ROWS, 64], pl.FP32], y: pl.Out[pl.Tensor[[128, 8], pl.FP32]], z: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    rows = pl.min(16, pl.tensor.dim(x, 0))
    part = pl.slice(x, [16, 64], [0, 0], valid_shape=[rows, 64])
    corner = part[:, 0:16]
    flat = pl.reshape(y, [16, 64])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="move"):
        flat = pl.assemble(flat, part, [0, 0])
        z = pl.assemble(z, pl.transpose(corner, 0, 1), [0, 0])
