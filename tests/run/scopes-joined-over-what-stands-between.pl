"""A buffer that one scope fills for the next becomes a tile, though views and scalars are made in between."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[1, 2], pl.INT32],
    y: pl.Out[pl.Tensor[[32, 64], pl.FP32]],
    z: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    s = pl.create_tensor([16, 64], dtype=pl.FP32)
    r = pl.create_tensor([16, 64], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="first"):
        s[:, :] = pl.mul(x[:, :], 2.0)
    top = y[0:16, :]
    n = 4 * 4
    low = y[n : 2 * n, :]
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="second"):
        top[:, :] = pl.add(s[:, :], 1.0)
        low[:, :] = pl.neg(s[:, :])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="third"):
        r[:, :] = pl.add(x[:, :], 3.0)
    m = pl.read(i, [0, 1])
    turned = pl.transpose(pl.transpose(r, 0, 1), 0, 1)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="fourth"):
        z[:, :] = pl.mul(turned[:, :], pl.cast(m, pl.FP32))


def build_tensor_specs():
    return [
        TensorSpec("x", [16, 64], torch.float32, init_value=lambda: torch.arange(1024.0).reshape(16, 64)),
        TensorSpec("i", [1, 2], torch.int32, init_value=lambda: torch.tensor([[3, 5]])),
        TensorSpec("y", [32, 64], torch.float32, is_output=True),
        TensorSpec("z", [16, 64], torch.float32, is_output=True),
    ]


def golden_k(t):
    t["y"][:16] = t["x"] * 2 + 1
    t["y"][16:] = -t["x"] * 2
    t["z"][:] = (t["x"] + 3) * 5
