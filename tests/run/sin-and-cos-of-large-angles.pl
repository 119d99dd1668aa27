# args: --rtol 3e-7 --atol 1e-7
"""sin and cos, small and large arguments; of an infinity NaN."""
import pypto.language as pl
import torch
import math
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[4, 16], pl.FP32], y: pl.Out[pl.Tensor[[9, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        y[0:4, :] = pl.sin(x[:, :])
        y[4:8, :] = pl.cos(x[:, :])
        n = pl.sin(pl.full([1, 16], dtype=pl.FP32, value=math.inf))
        y[8:9, :] = pl.cmp(n, n, cmp_type="ne")


def build_specs():
    def x():
        t = torch.randn(4, 16)
        t[1] *= 100.0
        t[2] *= 1e5
        t[3] *= 1e30
        return t
    return [TensorSpec("x", [4, 16], torch.float32, init_value=x),
            TensorSpec("y", [9, 16], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][0:4] = t["x"].sin()
    t["y"][4:8] = t["x"].cos()
    t["y"][8] = 1.0
