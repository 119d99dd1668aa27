# args: --rtol 0 --atol 0
"""gather_row puts a window of a tensor into a tile, transposed or not."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[20, 12], pl.BF16], at: pl.Tensor[[1, 4], pl.INT32], y: pl.Out[pl.Tensor[[8, 12], pl.BF16]],
      z: pl.Out[pl.Tensor[[12, 8], pl.BF16]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        acc = pl.create_tensor([8, 12], dtype=pl.BF16)
        act = pl.create_tensor([12, 8], dtype=pl.BF16)
        for i in pl.range(4):
            row = pl.read(at, [0, i])
            acc = pl.gather_row(acc, x, [2 * i, 0], [row, 0], [2, 12])
            act = pl.gather_row(act, x, [0, 2 * i], [row, 0], [2, 12], transpose=True)
        y = pl.assemble(y, acc, [0, 0])
        z = pl.assemble(z, act, [0, 0])


def build_specs():
    return [TensorSpec("x", [20, 12], torch.bfloat16, init_value=torch.randn),
            TensorSpec("at", [1, 4], torch.int32, init_value=torch.tensor([[18, 0, 7, 6]])),
            TensorSpec("y", [8, 12], torch.bfloat16, is_output=True),
            TensorSpec("z", [12, 8], torch.bfloat16, is_output=True)]


def golden_k(t):
    rows = [18, 19, 0, 1, 7, 8, 6, 7]
    t["y"][:] = t["x"][rows]
    t["z"][:] = t["x"][rows].T
