"""07 valid shapes: tiles that are only partly there.

    qwc run examples/07_valid_shapes.pl --golden

The shape of a tile is fixed when the kernel is compiled; its *valid* shape says which
part of it means something. Here 50 columns are covered by tiles of 16, so the last tile
has 2 valid columns. Reductions look at valid elements only, stores write them only, and
nobody ever sees the rest: an element outside reads as zero where an operation needs one.

`pl.fillpad` makes a tile fully valid again. Filled with the smallest number, the padding
cannot win a maximum.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 16
COLS = 50
TILE = 16


@pl.jit
def row_stats(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    total: pl.Out[pl.Tensor[[ROWS, 1], pl.FP32]],
    largest: pl.Out[pl.Tensor[[ROWS, 1], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="row_stats"):
        acc = pl.full([ROWS, 1], dtype=pl.FP32, value=0.0)
        best = pl.full([ROWS, TILE], dtype=pl.FP32, value=-1.0e30)
        for c0 in pl.range(0, COLS, TILE):
            cols = pl.min(TILE, COLS - c0)
            t = pl.slice(x, [ROWS, TILE], [0, c0], valid_shape=[ROWS, cols])
            acc = pl.add(acc, pl.row_sum(t))
            best = pl.maximum(best, pl.fillpad(t, pad_value=pl.PadValue.min))
        total = pl.assemble(total, acc, [0, 0])
        largest = pl.assemble(largest, pl.row_max(best), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [ROWS, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("total", [ROWS, 1], torch.float32, is_output=True),
        TensorSpec("largest", [ROWS, 1], torch.float32, is_output=True),
    ]


def golden_row_stats(tensors):
    x = tensors["x"]
    tensors["total"][:] = x.sum(dim=-1, keepdim=True)
    tensors["largest"][:] = x.max(dim=-1, keepdim=True).values
