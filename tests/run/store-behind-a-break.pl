"""A store that most iterations leave before they reach it does not make a parallel loop conflict."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[2, 8], pl.FP32]]):
    for i in pl.parallel(8):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="leaves"):
            for j in pl.range(2):
                if i > 0:
                    break
                y = pl.assemble(y, x[j : j + 1, :], [0, 0])
    for i in pl.parallel(8):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="goes_on"):
            for j in pl.range(2):
                if i != 3:
                    continue
                y = pl.assemble(y, x[j + 4 : j + 5, :], [1, 0])


def build_specs():
    return [TensorSpec("x", [8, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [2, 8], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][0] = t["x"][1]
    t["y"][1] = t["x"][5]
