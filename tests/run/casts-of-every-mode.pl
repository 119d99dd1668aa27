# args: --rtol 0 --atol 0
"""cast FP32 to INT32, INT8 and UINT8 in every mode; saturating, NaN gives 0."""
import pypto.language as pl
import torch
import math
from golden import TensorSpec

X = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, 127.5, 128.5, -128.5, -300.0, 255.5, 3e9, -3e9, math.nan, math.inf]


@pl.jit
def k(x: pl.Tensor[[1, 16], pl.FP32], y: pl.Out[pl.Tensor[[7, 16], pl.INT32]],
      z: pl.Out[pl.Tensor[[7, 16], pl.INT8]], w: pl.Out[pl.Tensor[[7, 16], pl.UINT8]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = x[:, :]
        for m in pl.unroll(7):
            y[m : m + 1, :] = pl.cast(a, target_type=pl.INT32, mode=m)
            z[m : m + 1, :] = pl.cast(a, target_type=pl.INT8, mode=m)
            w[m : m + 1, :] = pl.cast(a, target_type=pl.UINT8, mode=m)


def build_specs():
    return [TensorSpec("x", [1, 16], torch.float32, init_value=torch.tensor([X])),
            TensorSpec("y", [7, 16], torch.int32, is_output=True),
            TensorSpec("z", [7, 16], torch.int8, is_output=True),
            TensorSpec("w", [7, 16], torch.uint8, is_output=True)]


def away(v):
    return math.floor(abs(v) + 0.5) * (1 if v > 0 else -1) if abs(v) != 0.49999997 else 0


def even(v):
    f = math.floor(v)
    if v - f == 0.5:
        return f + f % 2
    return f + (1 if v - f > 0.5 else 0)


def odd(v):
    f = math.floor(v)
    return f if v == f else f + (1 - f % 2)


def golden_k(t):
    fs = [away, even, away, math.floor, math.ceil, lambda v: math.ceil(v) if v < 0 else math.floor(v), odd]
    x = t["x"][0].tolist()
    for name, lo, hi in (("y", -2**31, 2**31 - 1), ("z", -128, 127), ("w", 0, 255)):
        for m, f in enumerate(fs):
            for j, v in enumerate(x):
                if math.isnan(v):
                    t[name][m, j] = 0
                elif math.isinf(v):
                    t[name][m, j] = hi
                else:
                    t[name][m, j] = max(lo, min(hi, f(v)))
