"""Scalars that are read from results of exp keep their error bound through arithmetic."""
import math
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[1, 8], pl.FP32], y: pl.Out[pl.Tensor[[1, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.exp(x[:, :])
        a = pl.read(t, [0, 1])
        b = pl.read(t, [0, 2])
        y[0, 0] = a + b
        y[0, 1] = a - b
        y[0, 2] = a * b
        y[0, 3] = a / b
        y[0, 4] = pl.max(a, b)
        y[0, 5] = pl.min(a, b)
        y[0, 6] = -a
        y[0, 7] = a / (b - b + 1.0)


def build_tensor_specs():
    return [
        TensorSpec("x", [1, 8], torch.float32, init_value=lambda: torch.arange(8.0).reshape(1, 8) / 4),
        TensorSpec("y", [1, 8], torch.float32, is_output=True),
    ]


def golden_k(t):
    a, b = math.exp(0.25), math.exp(0.5)
    t["y"][:] = torch.tensor([[a + b, a - b, a * b, a / b, b, a, -a, a]])
