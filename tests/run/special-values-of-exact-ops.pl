# args: --rtol 0 --atol 0
"""NaN, infinities, denormals and signed zeros; NaN is counted, since it equals nothing."""
import pypto.language as pl
import torch
import math
from golden import TensorSpec

A = [math.nan, 1.0, math.inf, -math.inf, 1e-40, -0.0, 0.0, 3.0e38]
B = [1.0, math.nan, 2.0, math.inf, 1e-41, 0.0, -0.0, 3.0e38]


@pl.jit
def k(x: pl.Tensor[[1, 8], pl.FP32], u: pl.Tensor[[1, 8], pl.FP32], y: pl.Out[pl.Tensor[[14, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = x[:, :]
        b = u[:, :]
        hi = pl.maximum(a, b)
        lo = pl.minimum(a, b)
        y[0:1, :] = pl.cmp(hi, hi, cmp_type="ne")
        y[1:2, :] = pl.cmp(lo, lo, cmp_type="ne")
        y[2:3, :] = pl.cmp(pl.recip(hi), pl.full([1, 8], dtype=pl.FP32, value=math.inf), cmp_type="eq")
        y[3:4, :] = pl.cmp(pl.recip(lo), pl.full([1, 8], dtype=pl.FP32, value=-math.inf), cmp_type="eq")
        y[4:5, 4:8] = pl.add(a, b)[:, 4:8]
        y[5:6, 4:8] = pl.sub(a, b)[:, 4:8]
        y[6:7, 4:8] = pl.mul(a, 2.0)[:, 4:8]
        for j in pl.unroll(6):
            y[7 + j : 8 + j, :] = pl.cmp(a, b, cmp_type=j)
        y[13:14, 4:8] = pl.abs(pl.neg(a))[:, 4:8]


def build_specs():
    return [TensorSpec("x", [1, 8], torch.float32, init_value=torch.tensor([A])),
            TensorSpec("u", [1, 8], torch.float32, init_value=torch.tensor([B])),
            TensorSpec("y", [14, 8], torch.float32, is_output=True)]


def golden_k(t):
    a, b, y = t["x"][0], t["u"][0], t["y"]
    y[0:2, 0:2] = 1.0
    y[2, 4:7] = 1.0
    y[3, 5:7] = 1.0
    y[4, 4:] = (a + b)[4:]
    y[5, 4:] = (a - b)[4:]
    y[6, 4:] = (a * 2.0)[4:]
    for j, c in enumerate([a == b, a != b, a < b, a <= b, a > b, a >= b]):
        y[7 + j] = c
    y[13, 4:] = a.abs()[4:]
