"""arange wraps; leading extents are 1."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(n: pl.Scalar[pl.INT32], a: pl.Out[pl.Tensor[[1, 17], pl.INT32]], b: pl.Out[pl.Tensor[[1, 17], pl.INT16]],
      c: pl.Out[pl.Tensor[[1, 17], pl.INT64]], d: pl.Out[pl.Tensor[[1, 1, 17], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = pl.assemble(a, pl.arange(n, [1, 17], dtype=pl.INT32), [0, 0])
        b = pl.assemble(b, pl.arange(32760, [1, 17], dtype=pl.INT16), [0, 0])
        c = pl.assemble(c, pl.tile.arange(-3, [1, 17], dtype=pl.INT64), [0, 0])
        d = pl.assemble(d, pl.tile.ci(n * 2, [1, 1, 17], dtype=pl.INT32), [0, 0, 0])


def build_specs():
    from golden import ScalarSpec
    return [ScalarSpec("n", torch.int32, -5),
            TensorSpec("a", [1, 17], torch.int32, is_output=True),
            TensorSpec("b", [1, 17], torch.int16, is_output=True),
            TensorSpec("c", [1, 17], torch.int64, is_output=True),
            TensorSpec("d", [1, 1, 17], torch.int32, is_output=True)]


def golden_k(t):
    i = torch.arange(17)
    t["a"][0] = i - 5
    t["b"][0] = (i + 32760).to(torch.int16)
    t["c"][0] = i - 3
    t["d"][0, 0] = i - 10
