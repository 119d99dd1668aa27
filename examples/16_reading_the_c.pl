"""16 reading the C: what the compiler makes of a kernel.

    qwc compile examples/16_reading_the_c.pl -o -
    qwc run examples/16_reading_the_c.pl --golden

The C is meant to be read. Look for

  * the signature of the kernel, as a comment above the function of the same name;
  * a block for every core scope, under the `name_hint` that you gave;
  * the loop over `r0` as a function of its own: its iterations run on all cores;
  * your names: `t`, `scale`, `y`. A tile is a pointer into the workspace of a worker,
    a tensor is read and written in place;
  * the valid rows, as the number of rows that each call works on.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
COLS = 64
TILE = 8


@pl.jit
def unit_rows(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, TILE):
        valid = pl.max(0, pl.min(TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="unit_rows"):
            t = pl.slice(x, [TILE, COLS], [r0, 0], valid_shape=[valid, COLS])
            scale = pl.rsqrt(pl.row_sum(pl.mul(t, t)))
            y = pl.assemble(y, pl.row_expand_mul(t, scale), [r0, 0])


def build_tensor_specs(rows=21):
    return [
        TensorSpec("x", [rows, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("y", [rows, COLS], torch.float32, is_output=True),
    ]


def golden_unit_rows(tensors):
    x = tensors["x"]
    tensors["y"][:] = x * torch.rsqrt(x.square().sum(dim=-1, keepdim=True))
