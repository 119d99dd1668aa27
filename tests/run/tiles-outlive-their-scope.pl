# args: --rtol 0 --atol 0
"""A tile or scalar of a core scope is used in orchestration and in later scopes."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[8, 6], pl.FP32], y: pl.Out[pl.Tensor[[8, 6], pl.FP32]], z: pl.Out[pl.Tensor[[6, 4], pl.FP32]]):
    for b in pl.range(2):
        with pl.at(level=pl.Level.CORE_GROUP):
            t = pl.mul(x[b * 4 : b * 4 + 4, :], 3.0)
            s = pl.read(t, [1, 1])
        y = pl.assemble(y, t, [b * 4, 0])
        part = t[1:3, :]
        with pl.at(level=pl.Level.CORE_GROUP):
            u = pl.add(t, s)
            y[b * 4 + 1 : b * 4 + 3, :] = pl.neg(part)
    w = pl.transpose(u, 0, 1)
    z = pl.assemble(z, w, [0, 0])


def build_specs():
    return [TensorSpec("x", [8, 6], torch.float32, init_value=torch.randn),
            TensorSpec("y", [8, 6], torch.float32, is_output=True),
            TensorSpec("z", [6, 4], torch.float32, is_output=True)]


def golden_k(t):
    x = t["x"] * 3.0
    t["y"][:] = x
    for b in range(2):
        t["y"][b * 4 + 1 : b * 4 + 3] = -x[b * 4 + 1 : b * 4 + 3]
    t["z"][:] = (x[4:8] + x[5, 1]).T
