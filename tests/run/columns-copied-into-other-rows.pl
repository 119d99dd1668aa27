"""A row copied from a column further down: no iteration reads what another one stores."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(y: pl.InOut[pl.Tensor[[64, 8], pl.FP32]]):
    for i in pl.parallel(4):
        y[i : i + 1, :] = pl.transpose(y[i + 16 : i + 24, 3:4], 0, 1)


def build_specs():
    return [TensorSpec("y", [64, 8], torch.float32, init_value=torch.randn, is_output=True)]


def golden_k(t):
    for i in range(4):
        t["y"][i] = t["y"][i + 16 : i + 24, 3]
