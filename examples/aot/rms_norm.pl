"""A kernel for a C program: each row of x, scaled to a mean square of 1, times a weight.

    qwc run examples/aot/rms_norm.pl --golden
    qwc compile examples/aot/rms_norm.pl -o rms_norm.c

The number of rows is a dynamic extent: the C function takes it as an argument.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
HIDDEN = 256
TILE = 16
EPS = 1e-6


@pl.jit
def rms_norm(
    x: pl.Tensor[[ROWS, HIDDEN], pl.FP32],
    weight: pl.Tensor[[1, HIDDEN], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, HIDDEN], pl.FP32]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, TILE):
        valid = pl.max(0, pl.min(TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="rms_norm"):
            t = pl.slice(x, [TILE, HIDDEN], [r0, 0], valid_shape=[valid, HIDDEN])
            mean = pl.mul(pl.row_sum(pl.mul(t, t)), 1.0 / HIDDEN)
            scaled = pl.row_expand_mul(t, pl.rsqrt(pl.add(mean, EPS)))
            y = pl.assemble(y, pl.col_expand_mul(scaled, weight[:, :]), [r0, 0])


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, HIDDEN], torch.float32, init_value=torch.randn),
        TensorSpec("weight", [1, HIDDEN], torch.float32, init_value=torch.rand),
        TensorSpec("y", [rows, HIDDEN], torch.float32, is_output=True),
    ]


def golden_rms_norm(tensors):
    x = tensors["x"]
    mean = (x * x).mean(dim=-1, keepdim=True)
    tensors["y"][:] = x * torch.rsqrt(mean + EPS) * tensors["weight"]
