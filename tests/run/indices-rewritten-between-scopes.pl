"""Offsets read from a tensor before and after it is rewritten differ: the second ones see fresh zeros."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[32, 16], pl.FP32], at: pl.Tensor[[4], pl.INT32], y: pl.Out[pl.Tensor[[2, 32, 16], pl.FP32]]):
    for r in pl.range(2):
        s = pl.create_tensor([64, 16], dtype=pl.FP32)
        for i in pl.range(4):
            a = pl.read(at, [i])
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="put"):
                s[a : a + 8, :] = x[i * 8 : i * 8 + 8, :]
        for i in pl.range(4):
            pl.write(at, [i], 32 + i * 8 - r * 32)
        for i in pl.range(4):
            a = pl.read(at, [i])
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="get"):
                y[r, i * 8 : i * 8 + 8, :] = pl.add(s[a : a + 8, :], 1.0)


def build_specs():
    return [TensorSpec("x", [32, 16], torch.float32, init_value=torch.randn),
            TensorSpec("at", [4], torch.int32, init_value=torch.tensor([0, 8, 16, 24])),
            TensorSpec("y", [2, 32, 16], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = 1.0
