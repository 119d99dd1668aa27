# args: --rtol 0 --atol 0
"""A tensor stored into a window of another one that has axes which it lacks, in both planes."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[4, 5], pl.FP32], y: pl.Out[pl.Tensor[[3, 2, 5], pl.FP32]]):
    v = x[2, :]
    y[1, 1, :] = v
    y[2, :, 1:4] = x[0:2, 2:5]
    with pl.at(level=pl.Level.CORE_GROUP):
        y[0, 1, :] = v


def build_specs():
    return [TensorSpec("x", [4, 5], torch.float32, init_value=torch.randn),
            TensorSpec("y", [3, 2, 5], torch.float32, is_output=True)]


def golden_k(t):
    x, y = t["x"], t["y"]
    y[1, 1] = x[2]
    y[2, :, 1:4] = x[0:2, 2:5]
    y[0, 1] = x[2]
