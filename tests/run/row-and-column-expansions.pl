# args: --rtol 3e-7 --atol 0
"""row_expand_*, col_expand_*, row_expand, col_expand, expdif."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[5, 33], pl.FP32], c: pl.Tensor[[5, 1], pl.FP32], r: pl.Tensor[[1, 33], pl.FP32],
      y: pl.Out[pl.Tensor[[60, 33], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :]
        v = c[:, :]
        w = r[:, :]
        y[0:5, :] = pl.row_expand_add(t, v)
        y[5:10, :] = pl.row_expand_sub(t, v)
        y[10:15, :] = pl.row_expand_mul(t, v)
        y[15:20, :] = pl.row_expand_div(t, v)
        y[20:25, :] = pl.col_expand_add(t, w)
        y[25:30, :] = pl.col_expand_sub(t, w)
        y[30:35, :] = pl.col_expand_mul(t, w)
        y[35:40, :] = pl.col_expand_div(t, w)
        y[40:45, :] = pl.row_expand(t, v)
        y[45:50, :] = pl.col_expand(t, w)
        y[50:55, :] = pl.row_expand_expdif(t, v)
        y[55:60, :] = pl.col_expand_expdif(t, w)


def build_specs():
    return [TensorSpec("x", [5, 33], torch.float32, init_value=torch.randn),
            TensorSpec("c", [5, 1], torch.float32, init_value=torch.randn),
            TensorSpec("r", [1, 33], torch.float32, init_value=torch.randn),
            TensorSpec("y", [60, 33], torch.float32, is_output=True)]


def golden_k(t):
    x, c, r = t["x"], t["c"], t["r"]
    o = torch.zeros(5, 33)
    t["y"][:] = torch.cat([x + c, x - c, x * c, x / c, x + r, x - r, x * r, x / r, o + c, o + r,
                           (x - c).exp(), (x - r).exp()])
