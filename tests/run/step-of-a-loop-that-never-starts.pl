# run: --golden
# run: --golden --passes=none
# run: --golden --engine=interp
"""A step of 0 fails where its loop starts: inside a loop without iterations it never does."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[4, 64], pl.FP32],
    n: pl.Tensor[[2], pl.INT32],
    y: pl.Out[pl.Tensor[[4, 64], pl.FP32]],
):
    rows = pl.read(n, [0])
    step = pl.read(n, [1])
    for b in pl.parallel(4):
        with pl.at(level=pl.Level.CORE_GROUP):
            y = pl.assemble(y, x[b : b + 1, :] + 1.0, [b, 0])
    for b in pl.parallel(rows):
        for g in pl.parallel(0, 8, step):
            with pl.at(level=pl.Level.CORE_GROUP):
                y = pl.assemble(y, x[b : b + 1, g * 8 : g * 8 + 8] * 2.0, [b, g * 8])


def build_specs():
    return [
        TensorSpec("x", [4, 64], torch.float32, init_value=torch.randn),
        TensorSpec("n", [2], torch.int32, init_value=torch.zeros),
        TensorSpec("y", [4, 64], torch.float32, is_output=True),
    ]


def golden_k(t):
    t["y"][:] = t["x"] + 1.0
