# args: --rtol 0 --atol 0
"""Tiles, scalars, tensors and valid shapes merge at the end of an if; elif, and dead arms."""
import pypto.language as pl
import torch
from golden import TensorSpec

DEBUG = False


@pl.jit
def k(x: pl.Tensor[[8, 6], pl.FP32], y: pl.Out[pl.Tensor[[8, 6], pl.FP32]], z: pl.Out[pl.Tensor[[4, 6], pl.FP32]]):
    for i in pl.parallel(4):
        if i % 2 == 0:
            src = pl.slice(x, [2, 6], [2 * i, 0])
            n = 1
        elif i == 1:
            src = pl.slice(x, [2, 6], [6, 0])
            n = 2
        else:
            src = pl.slice(x, [2, 6], [0, 0], valid_shape=[2, 3])
            n = 0
        with pl.at(level=pl.Level.CORE_GROUP):
            if n > 0:
                t = pl.set_validshape(pl.mul(src[:, :], 2.0), n, 6)
            else:
                t = pl.slice(src, [2, 6], [0, 0], valid_shape=[2, 3])
            if DEBUG:
                t = nothing_of_this_is_checked(t)
            y = pl.assemble(y, t, [2 * i, 0])
            u = pl.full([1, 6], dtype=pl.FP32, value=1)
            if n == 2:
                u = pl.add(u, 4.0)
            z[i : i + 1, :] = u


def build_specs():
    return [TensorSpec("x", [8, 6], torch.float32, init_value=torch.randn),
            TensorSpec("y", [8, 6], torch.float32, is_output=True),
            TensorSpec("z", [4, 6], torch.float32, is_output=True)]


def golden_k(t):
    x, y = t["x"], t["y"]
    y[0] = x[0] * 2.0
    y[2:4] = x[6:8] * 2.0
    y[4] = x[4] * 2.0
    y[6:8, 0:3] = x[0:2, 0:3]
    t["z"][:] = 1.0
    t["z"][1] = 5.0
