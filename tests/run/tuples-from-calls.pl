# args: --rtol 0 --atol 0
"""Inline functions with several results, default of names, calls in expressions, rebinding of parameters."""
import pypto.language as pl
import torch
from golden import TensorSpec
from _lib_inline import stats, twice


@pl.jit.inline
def swap(a: pl.Scalar[pl.INT32], b: pl.Scalar[pl.INT32]):
    a, b = b, a
    return a, b


@pl.jit
def k(x: pl.Tensor[[5, 8], pl.FP32], y: pl.Out[pl.Tensor[[5, 3], pl.FP32]], z: pl.Out[pl.Tensor[[3], pl.INT32]]):
    m, n = x.shape
    p, q = swap(m + 2, b=n)
    z[0] = p
    z[1] = q
    a = 1
    b, c = a + 1, a + 2
    z[2] = b * 10 + c
    with pl.at(level=pl.Level.CORE_GROUP):
        lo, hi = stats(x[:, :])
        y[:, 0:1] = lo
        y[:, 1:2] = hi
        y[:, 2:3] = pl.add(twice(lo), hi)


def build_specs():
    return [TensorSpec("x", [5, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [5, 3], torch.float32, is_output=True),
            TensorSpec("z", [3], torch.int32, is_output=True)]


def golden_k(t):
    lo, hi = t["x"].amin(dim=1), t["x"].amax(dim=1)
    t["y"][:] = torch.stack([lo, hi, lo * 2.0 + hi], dim=1)
    t["z"][:] = torch.tensor([8, 7, 23])
