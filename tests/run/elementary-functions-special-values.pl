# args: --rtol 3e-7 --atol 0
"""exp, log, rsqrt, recip, sqrt at the ends of their ranges (chapter 8.2)."""
import pypto.language as pl
import torch
import math
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[1, 9], pl.FP32], y: pl.Out[pl.Tensor[[7, 9], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = x[:, :]
        y[0:1, :] = pl.exp(a)
        l = pl.log(a)
        y[1:2, 0:5] = l[:, 0:5]
        y[2:3, 0:5] = pl.rsqrt(a)[:, 0:5]
        y[3:4, :] = pl.recip(a)
        y[4:5, 0:5] = pl.sqrt(a)[:, 0:5]
        n = pl.sqrt(a)
        y[5:6, :] = pl.cmp(n, n, cmp_type="ne")
        y[6:7, :] = pl.cmp(l, l, cmp_type="ne")


def build_specs():
    x = torch.tensor([[0.0, 1.0, 88.0, math.inf, 1e-39, -0.5, -87.5, -100.0, -math.inf]])
    return [TensorSpec("x", [1, 9], torch.float32, init_value=x),
            TensorSpec("y", [7, 9], torch.float32, is_output=True)]


def golden_k(t):
    a, y = t["x"][0], t["y"]
    y[0] = a.exp()
    y[1, :5] = a.log()[:5]
    y[2, :5] = a.rsqrt()[:5]
    y[3] = 1.0 / a
    y[4, :5] = a.sqrt()[:5]
    y[5, 5:] = 1.0
    y[6, 5:] = 1.0
