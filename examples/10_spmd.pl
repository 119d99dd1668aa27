"""10 spmd: one program, many blocks.

    qwc run examples/10_spmd.pl --golden

`pl.spmd(n)` runs its body n times, each time as a task of its own. The loop variable is
the number of the block, from which the block finds its part of the data. Blocks must not
depend on each other; if two of them store to the same place, the compiler says so.

The same as a `with`: the block asks for its number.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 64
COLS = 128
BLOCKS = 4
PART = ROWS // BLOCKS


@pl.jit
def scale_shift(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    gamma: pl.Tensor[[1, COLS], pl.FP32],
    scaled: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
    shifted: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
):
    for block in pl.spmd(BLOCKS, name_hint="scale"):
        r0 = block * PART
        t = x[r0 : r0 + PART, :]
        scaled = pl.assemble(scaled, pl.col_expand_mul(t, gamma[:, :]), [r0, 0])

    with pl.spmd(BLOCKS, name_hint="shift"):
        s0 = pl.tile.get_block_idx() * PART
        shifted = pl.assemble(shifted, pl.add(scaled[s0 : s0 + PART, :], 1.0), [s0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [ROWS, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("gamma", [1, COLS], torch.float32, init_value=torch.rand),
        TensorSpec("scaled", [ROWS, COLS], torch.float32, is_output=True),
        TensorSpec("shifted", [ROWS, COLS], torch.float32, is_output=True),
    ]


def golden_scale_shift(tensors):
    tensors["scaled"][:] = tensors["x"] * tensors["gamma"]
    tensors["shifted"][:] = tensors["scaled"] + 1.0
