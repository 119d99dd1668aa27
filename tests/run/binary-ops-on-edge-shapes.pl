# args: --rtol 0 --atol 0
"""add, sub, mul, div, maximum, minimum of tiles of many widths."""
import pypto.language as pl
import torch
from golden import TensorSpec

SHAPES = [(1, 1), (15, 7), (16, 16), (17, 33)]


@pl.jit.inline
def one(x: pl.Tensor, u: pl.Tensor, y: pl.Tensor):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = x[:, :]
        b = u[:, :]
        r = pl.sub(pl.add(a, b), pl.mul(a, b))
        r = pl.add(r, pl.div(a, b))
        y = pl.assemble(y, pl.maximum(r, pl.minimum(a, b)), [0, 0])


@pl.jit
def k(
    x0: pl.Tensor[[1, 1], pl.FP32], u0: pl.Tensor[[1, 1], pl.FP32], y0: pl.Out[pl.Tensor[[1, 1], pl.FP32]],
    x1: pl.Tensor[[15, 7], pl.FP32], u1: pl.Tensor[[15, 7], pl.FP32], y1: pl.Out[pl.Tensor[[15, 7], pl.FP32]],
    x2: pl.Tensor[[16, 16], pl.FP32], u2: pl.Tensor[[16, 16], pl.FP32], y2: pl.Out[pl.Tensor[[16, 16], pl.FP32]],
    x3: pl.Tensor[[17, 33], pl.FP32], u3: pl.Tensor[[17, 33], pl.FP32], y3: pl.Out[pl.Tensor[[17, 33], pl.FP32]],
):
    one(x0, u0, y0)
    one(x1, u1, y1)
    one(x2, u2, y2)
    one(x3, u3, y3)


def build_specs():
    specs = []
    for i, s in enumerate(SHAPES):
        specs += [TensorSpec(f"x{i}", s, torch.float32, init_value=torch.randn),
                  TensorSpec(f"u{i}", s, torch.float32, init_value=torch.randn),
                  TensorSpec(f"y{i}", s, torch.float32, is_output=True)]
    return specs


def golden_k(t):
    for i in range(len(SHAPES)):
        a, b = t[f"x{i}"], t[f"u{i}"]
        r = a + b - a * b + a / b
        t[f"y{i}"][:] = torch.maximum(r, torch.minimum(a, b))
