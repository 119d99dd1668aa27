"""The shape in an annotation may be a list or a tuple of the module, with dynamic symbols in it."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")
ROWS = (N, 8)
HEAD = [4] + [8]


@pl.jit
def k(x: pl.Tensor[ROWS, pl.FP32], y: pl.Out[pl.Tensor[HEAD, pl.FP32]], z: pl.Tensor[HEAD, pl.FP32]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = x[0:4, :] + z[:, :]


def build_tensor_specs(n=6):
    return [
        TensorSpec("x", [n, 8], torch.float32, init_value=torch.randn),
        TensorSpec("y", HEAD, torch.float32, is_output=True),
        TensorSpec("z", HEAD, torch.float32, init_value=torch.randn),
    ]


def golden_k(t):
    t["y"][:] = t["x"][:4] + t["z"]
