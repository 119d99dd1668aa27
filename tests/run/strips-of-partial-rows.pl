"""A softmax over rows of which some are valid, rows that do not divide, and a tile put together again."""
import pypto.language as pl
import torch
from golden import TensorSpec

R = pl.dynamic("R")
COLS = 300
TILE = 40


@pl.jit
def k(x: pl.Tensor[[R, COLS], pl.FP32], c: pl.Tensor[[1, COLS], pl.FP32], w: pl.Tensor[[COLS, 8], pl.FP32],
      y: pl.Out[pl.Tensor[[R, COLS], pl.FP32]], z: pl.Out[pl.Tensor[[R, 8], pl.FP32]]):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, TILE):
        n = pl.min(TILE, rows - r0)
        with pl.at(level=pl.Level.CORE_GROUP):
            t = pl.slice(x, [TILE, COLS], [r0, 0], valid_shape=[n, COLS])
            e = pl.exp(pl.row_expand_sub(t, pl.row_max(t)))
            p = pl.row_expand_div(e, pl.row_sum(e))
            y = pl.assemble(y, p, [r0, 0])
            q = pl.col_expand_mul(pl.add(pl.mul(t, t), 1.0), c[:, :])
            z = pl.assemble(z, pl.matmul(q, w[:, :]), [r0, 0])


def build_specs(rows=97):
    return [TensorSpec("x", [rows, COLS], torch.float32, init_value=torch.randn),
            TensorSpec("c", [1, COLS], torch.float32, init_value=torch.randn),
            TensorSpec("w", [COLS, 8], torch.float32, init_value=lambda: torch.randn(COLS, 8) * 0.01),
            TensorSpec("y", [rows, COLS], torch.float32, is_output=True),
            TensorSpec("z", [rows, 8], torch.float32, is_output=True)]


def golden_k(t):
    x = t["x"]
    t["y"][:] = torch.softmax(x, dim=-1)
    t["z"][:] = ((x * x + 1.0) * t["c"]) @ t["w"]
