# args: --rtol 0 --atol 0
"""A barrier in a range loop of an spmd body: every step sees what all blocks stored."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[5, 4], pl.FP32], y: pl.Out[pl.Tensor[[5, 4], pl.FP32]]):
    ring = pl.create_tensor([2, 5, 4], dtype=pl.FP32)
    for b in pl.spmd(5):
        v = x[b : b + 1, :]
        ring[0, b : b + 1, :] = v
        for step in pl.range(3):
            pl.system.syncall()
            here = step % 2
            left = ring[here, (b + 4) % 5 : (b + 4) % 5 + 1, :]
            v = pl.add(pl.mul(v, 0.5), left)
            ring[1 - here, b : b + 1, :] = v
        y[b : b + 1, :] = v


def build_specs():
    return [TensorSpec("x", [5, 4], torch.float32, init_value=torch.randn),
            TensorSpec("y", [5, 4], torch.float32, is_output=True)]


def golden_k(t):
    v = t["x"]
    for _ in range(3):
        v = v * 0.5 + torch.cat([v[4:], v[:4]])
    t["y"][:] = v
