"""05 rms_norm: rows too long for one tile - a value carried by a loop.

    qwc run examples/05_rms_norm.pl --golden

A row is read in chunks, twice: once for its sum of squares, once to scale it. `sq_sum`
is assigned before the first loop and rebound in it, so it is carried from one iteration
to the next: a tile is a value, and no memory is named for it.

The input is BF16. It is cast to FP32 once, right after the load: arithmetic on BF16
tiles would round after every operation.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 32
HIDDEN = 512
ROW_TILE = 16
CHUNK = 128
EPS = 1e-6

assert ROWS % ROW_TILE == 0, f"{ROW_TILE=} must divide {ROWS=}"
assert HIDDEN % CHUNK == 0, f"{CHUNK=} must divide {HIDDEN=}"


@pl.jit
def rms_norm(
    x: pl.Tensor[[ROWS, HIDDEN], pl.BF16],
    gamma: pl.Tensor[[1, HIDDEN], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, HIDDEN], pl.FP32]],
):
    for r0 in pl.parallel(0, ROWS, ROW_TILE):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="rms_norm"):
            sq_sum = pl.full([ROW_TILE, 1], dtype=pl.FP32, value=0.0)
            for k0 in pl.range(0, HIDDEN, CHUNK):
                t = pl.cast(x[r0 : r0 + ROW_TILE, k0 : k0 + CHUNK], target_type=pl.FP32)
                sq_sum = pl.add(sq_sum, pl.row_sum(pl.mul(t, t)))
            inv_rms = pl.rsqrt(pl.add(pl.mul(sq_sum, 1.0 / HIDDEN), EPS))

            for k0 in pl.range(0, HIDDEN, CHUNK):
                t = pl.cast(x[r0 : r0 + ROW_TILE, k0 : k0 + CHUNK], target_type=pl.FP32)
                scaled = pl.col_expand_mul(pl.row_expand_mul(t, inv_rms), gamma[:, k0 : k0 + CHUNK])
                y = pl.assemble(y, scaled, [r0, k0])


def build_tensor_specs():
    return [
        TensorSpec("x", [ROWS, HIDDEN], torch.bfloat16, init_value=torch.randn),
        TensorSpec("gamma", [1, HIDDEN], torch.float32, init_value=torch.rand),
        TensorSpec("y", [ROWS, HIDDEN], torch.float32, is_output=True),
    ]


def golden_rms_norm(tensors):
    x = tensors["x"].float()
    inv_rms = torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + EPS)
    tensors["y"][:] = x * inv_rms * tensors["gamma"]
