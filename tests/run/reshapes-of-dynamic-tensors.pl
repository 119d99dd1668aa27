"""A reshape to dynamic extents and a store into a dynamic window, whose extents agree at run time."""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")


@pl.jit
def k(
    x: pl.Tensor[[ROWS, 32], pl.FP32],
    i: pl.Tensor[[1, 1], pl.INT32],
    folded: pl.Out[pl.Tensor[[8, 64], pl.FP32]],
    half: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
):
    rows = pl.tensor.dim(x, 0)
    n = pl.read(i, [0, 0])
    q = pl.reshape(x, [rows // 2, 64])
    w = pl.create_tensor([rows, 32], dtype=pl.FP32)
    w[0:n, :] = x
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        folded[:, :] = pl.slice(q, [8, 64], [0, 0])
        half[:, :] = pl.mul(w[0:16, :], 0.5)


def build_tensor_specs():
    return [
        TensorSpec("x", [16, 32], torch.float32, init_value=lambda: torch.arange(512.0).reshape(16, 32)),
        TensorSpec("i", [1, 1], torch.int32, init_value=16),
        TensorSpec("folded", [8, 64], torch.float32, is_output=True),
        TensorSpec("half", [16, 32], torch.float32, is_output=True),
    ]


def golden_k(t):
    t["folded"][:] = t["x"].reshape(8, 64)
    t["half"][:] = t["x"] / 2
