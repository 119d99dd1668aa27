"""A tile merged by `if`: equal valid extents stay, others become results."""
import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def merge(x: pl.Tensor[[ROWS, 64], pl.FP32], flag: pl.Scalar[pl.BOOL], y: pl.Out[pl.Tensor[[ROWS, 64], pl.FP32]]):
    rows = pl.min(16, pl.tensor.dim(x, 0))
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="merge"):
        t = pl.slice(x, [16, 64], [0, 0], valid_shape=[rows, 64])
        if flag:
            t = pl.mul(t, 2.0)
        else:
            t = pl.set_validshape(t, pl.min(rows, 4), 64)
        y = pl.assemble(y, t, [0, 0])
