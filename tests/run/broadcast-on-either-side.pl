# args: --rtol 0 --atol 0
"""Axes of extent 1 broadcast on either side; the order of operands is respected."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[17, 9], pl.FP32], c: pl.Tensor[[17, 1], pl.FP32], r: pl.Tensor[[1, 9], pl.FP32],
      y: pl.Out[pl.Tensor[[119, 9], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :]
        v = c[:, :]
        w = r[:, :]
        y[0:17, :] = pl.sub(t, v)
        y[17:34, :] = pl.sub(v, t)
        y[34:51, :] = pl.div(w, t)
        y[51:68, :] = pl.div(t, w)
        y[68:85, :] = pl.sub(v, w)
        y[85:102, :] = 2.0 - t
        y[102:119, :] = pl.div(1.0, w - v)


def build_specs():
    return [TensorSpec("x", [17, 9], torch.float32, init_value=torch.randn),
            TensorSpec("c", [17, 1], torch.float32, init_value=torch.randn),
            TensorSpec("r", [1, 9], torch.float32, init_value=torch.randn),
            TensorSpec("y", [119, 9], torch.float32, is_output=True)]


def golden_k(t):
    x, c, r = t["x"], t["c"], t["r"]
    t["y"][:] = torch.cat([x - c, c - x, r / x, x / r, c - r, 2.0 - x, 1.0 / (r - c)])
