# args: --rtol 0 --atol 0
"""Built-ins of Python and functions of math on constants are computed at compile time."""
import math
import pypto.language as pl
import torch
from golden import TensorSpec

HIDDEN = 576
SIZES = [3, 1, 2]
N = 20
BIG = 1e300


@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[N, 8], pl.FP32]]):
    assert int(math.sqrt(HIDDEN)) ** 2 == HIDDEN, f"{HIDDEN=} is no square, {len(SIZES)=}"
    with pl.at(level=pl.Level.CORE_GROUP):
        one = x[0:1, :]
        q, r = divmod(-7, 2)
        dims = [pl.tensor.dim(x, 0), x.shape[1]]
        y[0:1, :] = pl.mul(one, float(HIDDEN) / 128)
        y[1:2, :] = pl.mul(one, int(math.sqrt(HIDDEN)))
        y[2:3, :] = pl.mul(one, int(-3.9))
        y[3:4, :] = pl.mul(one, min(HIDDEN, 5, 7.5))
        y[4:5, :] = pl.mul(one, max(SIZES))
        y[5:6, :] = pl.mul(one, abs(-SIZES[0]))
        y[6:7, :] = pl.mul(one, len(SIZES) + len(x.shape) + len("abc"))
        y[7:8, :] = pl.mul(one, round(2.5) + round(3.5))
        y[8:9, :] = pl.mul(one, pow(2, -1) + pow(3, 4, 5))
        y[9:10, :] = pl.mul(one, sum(SIZES) + sum(SIZES, start=10))
        y[10:11, :] = pl.mul(one, q * 10 + r)
        y[11:12, :] = pl.mul(one, sorted(SIZES)[0] + 10 * sorted(SIZES, reverse=True)[0])
        y[12:13, :] = pl.mul(one, math.gcd(36, 60, 90, 42, 8))
        y[13:14, :] = pl.mul(one, float(dims[0]) ** 0.5 + max(dims))
        y[14:15, :] = pl.mul(one, int("12") + int("ff", base=16))
        y[15:16, :] = pl.maximum(one, float("inf"))
        y[16:17, :] = pl.mul(one, 5 if all(SIZES) and not any([0, 0]) else 6)
        y[17:18, :] = pl.mul(one, float(BIG) / BIG)
        y[18:19, :] = pl.mul(one, tuple(SIZES)[1] + list((7, 8))[1])
        for i in pl.unroll(len(SIZES)):
            one = pl.mul(one, SIZES[i])
        y[19:20, :] = one


def build_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=torch.ones),
            TensorSpec("y", [N, 8], torch.float32, is_output=True)]


def golden_k(t):
    values = [4.5, 24, -3, 5, 3, 3, 8, 6, 1.5, 22, -39, 31, 2, 10, 267, math.inf, 5, 1, 9, 6]
    t["y"][:] = torch.tensor(values)[:, None]
