# args: --rtol 0 --atol 0
"""Views through slice, subscript, reshape and transpose, stored through and read."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[4, 6, 10], pl.FP32], y: pl.Out[pl.Tensor[[10, 6, 4], pl.FP32]], z: pl.Out[pl.Tensor[[60], pl.FP32]]):
    t = pl.transpose(y, 0, 2)
    flat = pl.reshape(x, [24, 10])
    for i in pl.range(4):
        with pl.at(level=pl.Level.CORE_GROUP):
            part = flat[i * 6 : i * 6 + 6, :]
            t[i, :, :] = pl.mul(part, 2.0)
    v = x[2]
    w = pl.transpose(v[1:5, 2:9], axis1=0, axis2=1)
    zz = pl.reshape(z, [6, 10])
    with pl.at(level=pl.Level.CORE_GROUP):
        zz[:, :] = pl.full([6, 10], dtype=pl.FP32, value=1)
        zz[0:6, 1:5] = w[1:7, :]


def build_specs():
    return [TensorSpec("x", [4, 6, 10], torch.float32, init_value=torch.randn),
            TensorSpec("y", [10, 6, 4], torch.float32, is_output=True),
            TensorSpec("z", [60], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = (t["x"] * 2.0).permute(2, 1, 0)
    z = t["z"].view(6, 10)
    z[:] = 1.0
    z[:, 1:5] = t["x"][2][1:5, 2:9].T[1:7]
