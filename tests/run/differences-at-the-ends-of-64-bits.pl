"""What is known about a difference holds for the lowest 64-bit integer too."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[2], pl.INT64], y: pl.Out[pl.Tensor[[2], pl.INT64]]):
    d = pl.min(pl.read(x, [1]), -5) - pl.read(x, [0])
    y[0] = d
    y[1] = 1 if d <= 9223372036854775802 else 2


def build_specs():
    return [TensorSpec("x", [2], torch.int64, init_value=torch.tensor([-9223372036854775807 - 1, -5])),
            TensorSpec("y", [2], torch.int64, is_output=True)]


def golden_k(t):
    t["y"][:] = torch.tensor([9223372036854775803, 2])
