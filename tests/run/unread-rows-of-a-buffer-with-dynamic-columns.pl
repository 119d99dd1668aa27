# args: --rtol 0 --atol 0
"""Tiles that are not stored read as zero, although only 5 of their 16 rows are read and memory is used again."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")


@pl.jit
def heads(x: pl.Tensor[[64, N], pl.FP32], y: pl.Out[pl.Tensor[[40, 64], pl.FP32]]):
    n = pl.tensor.dim(x, 1)
    for r in pl.range(2):
        s = pl.create_tensor([64, n], dtype=pl.FP32)
        for i in pl.range(4 - 3 * r):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="fill"):
                t = pl.slice(x, [16, 64], [i * 16, 0])
                pl.assemble(s, pl.add(t, 1.0), [i * 16, 0])
        for i in pl.range(4):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="use"):
                u = pl.slice(s, [16, 64], [i * 16, 0])
                v = pl.slice(pl.mul(u, 2.0), [5, 64], [0, 0])
                pl.assemble(y, v, [r * 20 + i * 5, 0])


def build_specs():
    return [
        TensorSpec("x", [64, 64], torch.float32, init_value=torch.rand),
        TensorSpec("y", [40, 64], torch.float32, is_output=True),
    ]


def golden_heads(t):
    for r in range(2):
        for i in range(4 - 3 * r):
            t["y"][r * 20 + i * 5 : r * 20 + i * 5 + 5, :] = (t["x"][i * 16 : i * 16 + 5, :] + 1.0) * 2.0
