"""A chain over a large tile whose valid rows are cut between two of its operations, and one widened again."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[256, 512], pl.FP32],
    i: pl.Tensor[[1, 2], pl.INT32],
    y: pl.InOut[pl.Tensor[[256, 512], pl.FP32]],
    z: pl.InOut[pl.Tensor[[256, 512], pl.FP32]],
):
    n = pl.read(i, [0, 0])
    m = pl.read(i, [0, 1])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.add(pl.mul(x[:, :], 2.0), 1.0)
        b = pl.set_validshape(a, n, 512)
        c = pl.sub(pl.mul(b, b), 3.0)
        y[:, :] = c
        d = pl.set_validshape(pl.add(c, 1.0), pl.min(n, m), 500)
        z[:, :] = pl.mul(pl.neg(d), 0.5)


def build_tensor_specs():
    return [
        TensorSpec("x", [256, 512], torch.float32, init_value=lambda: (torch.arange(131072.0) % 61).reshape(256, 512)),
        TensorSpec("i", [1, 2], torch.int32, init_value=lambda: torch.tensor([[201, 77]])),
        TensorSpec("y", [256, 512], torch.float32, init_value=7.0, is_output=True),
        TensorSpec("z", [256, 512], torch.float32, init_value=8.0, is_output=True),
    ]


def golden_k(t):
    c = (t["x"] * 2 + 1) ** 2 - 3
    t["y"][:201] = c[:201]
    t["z"][:77, :500] = -(c[:77, :500] + 1) / 2
