"""A tensor whose initial value is -0.0 has that sign in every element."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(y: pl.Out[pl.Tensor[[2, 8], pl.FP32]]):
    t = pl.create_tensor([2, 8], dtype=pl.FP32, init_value=-0.0)
    with pl.at(level=pl.Level.CORE_GROUP):
        y = pl.assemble(y, pl.recip(t), [0, 0])


def build_specs():
    return [TensorSpec("y", [2, 8], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = -float("inf")
