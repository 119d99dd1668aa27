# args: --rtol 0 --atol 0
"""Blocks of 32 sorted descending, equal values in order of place."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[1, 96], pl.FP32], v: pl.Out[pl.Tensor[[1, 96], pl.FP32]], p: pl.Out[pl.Tensor[[1, 96], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        pairs = pl.sort32(x[:, :], pl.arange(5, [1, 96], dtype=pl.UINT32))
        v = pl.assemble(v, pl.gather(pairs, mask_pattern=pl.tile.MaskPattern.P0101), [0, 0])
        p = pl.assemble(p, pl.gather(pairs, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32), [0, 0])


def build_specs():
    return [TensorSpec("x", [1, 96], torch.float32, init_value=lambda: torch.randint(-3, 4, (1, 96))),
            TensorSpec("v", [1, 96], torch.float32, is_output=True),
            TensorSpec("p", [1, 96], torch.int32, is_output=True)]


def golden_k(t):
    x = t["x"][0].tolist()
    for b in range(0, 96, 32):
        order = sorted(range(b, b + 32), key=lambda i: (-x[i], i))
        for j, i in enumerate(order):
            t["v"][0, b + j] = x[i]
            t["p"][0, b + j] = i + 5
