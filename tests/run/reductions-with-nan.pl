# args: --rtol 0 --atol 0
"""NaN propagates through row_max and col_min and wins in argmax and argmin; ties: lowest."""
import pypto.language as pl
import torch
import math
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[4, 5], pl.FP32], y: pl.Out[pl.Tensor[[4, 2], pl.FP32]], z: pl.Out[pl.Tensor[[2, 5], pl.FP32]],
      a: pl.Out[pl.Tensor[[4, 2], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :]
        m = pl.row_max(t)
        y[:, 0:1] = pl.cmp(m, m, cmp_type="ne")
        n = pl.row_min(t)
        y[:, 1:2] = pl.cmp(n, n, cmp_type="ne")
        p = pl.col_max(t)
        z[0:1, :] = pl.cmp(p, p, cmp_type="ne")
        q = pl.col_min(t)
        z[1:2, :] = pl.cmp(q, q, cmp_type="ne")
        a[:, 0:1] = pl.row_argmax(t)
        a[:, 1:2] = pl.row_argmin(t)


def build_specs():
    x = torch.tensor([[1.0, 3.0, 3.0, 0.0, 0.0], [math.inf, math.nan, 1.0, math.nan, -math.inf],
                      [-1.0, -1.0, -1.0, -1.0, -1.0], [math.nan, 0.0, -0.0, 5.0, 5.0]])
    return [TensorSpec("x", [4, 5], torch.float32, init_value=x),
            TensorSpec("y", [4, 2], torch.float32, is_output=True),
            TensorSpec("z", [2, 5], torch.float32, is_output=True),
            TensorSpec("a", [4, 2], torch.int32, is_output=True)]


def golden_k(t):
    nan = torch.isnan(t["x"]).float()
    t["y"][:] = nan.amax(dim=1, keepdim=True)
    t["z"][:] = nan.amax(dim=0, keepdim=True)
    t["a"][:] = torch.tensor([[1, 3], [1, 1], [0, 0], [0, 0]])
