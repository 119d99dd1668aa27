# args: --rtol 0 --atol 0
"""init_values with yield_, in range and pipeline; zero trips give the initial values."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[6, 8], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]], z: pl.Out[pl.Tensor[[3], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        zero = pl.full([1, 8], dtype=pl.FP32, value=0)
        for i, (a, b) in pl.range(6, init_values=(zero, x[0:1, :])):
            s = pl.add(a, x[i : i + 1, :])
            hi = pl.maximum(b, s)
            a2, b2 = pl.yield_(s, hi)
        y[0:1, :] = a2
        y[1:2, :] = b2
        for i, (c,) in pl.pipeline(0, n, stage=2, init_values=(zero,)):
            c2 = pl.yield_(pl.add(c, 1.0))
        y[2:3, :] = c2
        for i, (d,) in pl.range(n, 1, init_values=(pl.sub(zero, 3.0),)):
            d2 = pl.yield_(pl.add(d, 1.0))
        y[3:4, :] = d2
    for i, (p, q) in pl.range(5, init_values=(0, 1)):
        p2, q2 = pl.yield_(q, p + q)
    z[0] = p2
    z[1] = q2
    for (w,) in pl.while_(init_values=(100,)):
        pl.cond(w > 7)
        w2 = pl.yield_(w // 2)
    z[2] = w2


def build_specs():
    return [TensorSpec("x", [6, 8], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, 4),
            TensorSpec("y", [4, 8], torch.float32, is_output=True),
            TensorSpec("z", [3], torch.int32, is_output=True)]


def golden_k(t):
    x, y = t["x"], t["y"]
    a, b = torch.zeros(8), x[0]
    for i in range(6):
        a = a + x[i]
        b = torch.maximum(b, a)
    y[0] = a
    y[1] = b
    y[2] = 4.0
    y[3] = -3.0
    t["z"][:] = torch.tensor([5, 8, 6])
