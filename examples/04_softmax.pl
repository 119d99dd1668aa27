"""04 softmax: reduce the rows of a tile, and spread the result over them again.

    qwc run examples/04_softmax.pl --golden

`pl.row_max` and `pl.row_sum` turn a tile [M, N] into a column [M, 1]. The `row_expand`
operations put such a column back beside every column of a tile. Subtracting the row
maximum first keeps `exp` in range and leaves the quotient as it is.

Each operation reads like a pass over the tile. The compiler fuses the chain, so that a
strip of the tile stays in the cache from its load to its store.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 64
COLS = 256
ROW_TILE = 16

assert ROWS % ROW_TILE == 0, f"{ROW_TILE=} must divide {ROWS=}"


@pl.jit
def softmax(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
):
    for r0 in pl.parallel(0, ROWS, ROW_TILE):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="softmax"):
            t = x[r0 : r0 + ROW_TILE, :]
            e = pl.exp(pl.row_expand_sub(t, pl.row_max(t)))
            p = pl.row_expand_div(e, pl.row_sum(e))
            y = pl.assemble(y, p, [r0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [ROWS, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("y", [ROWS, COLS], torch.float32, is_output=True),
    ]


def golden_softmax(tensors):
    tensors["y"][:] = torch.softmax(tensors["x"], dim=-1)
