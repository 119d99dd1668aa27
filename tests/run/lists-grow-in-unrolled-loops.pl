"""A list of tiles grows by `+` in a loop over pl.unroll; its items are picked by constants."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[8, 16], pl.FP32], y: pl.Out[pl.Tensor[[2, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        parts = []
        for i in pl.unroll(4):
            parts = parts + [x[2 * i : 2 * i + 2, :]]
        y[:, :] = pl.sub(pl.add(parts[0], parts[3]), parts[2])


def build_tensor_specs():
    return [TensorSpec("x", [8, 16], torch.float32, init_value=torch.randn),
            TensorSpec("y", [2, 16], torch.float32, is_output=True)]


def golden_k(t):
    x = t["x"]
    t["y"][:] = x[0:2] + x[6:8] - x[4:6]
