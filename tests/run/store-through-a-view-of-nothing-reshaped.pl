# exit: 5
"""A view that its source does not back cannot be stored into, even without the axis that says so."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[4, 5], pl.FP32]]):
    row = pl.slice(y, [1, 5], [n, 0], valid_shape=[pl.max(0, pl.min(1, 4 - n)), 5])
    v = pl.reshape(row, [5])
    with pl.at(level=pl.Level.CORE_GROUP):
        v[0:5] = pl.full([5], dtype=pl.FP32, value=7.0)


def build_specs():
    return [ScalarSpec("n", torch.int32, 4), TensorSpec("y", [4, 5], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = 0.0
