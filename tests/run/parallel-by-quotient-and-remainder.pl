# run: --golden --parallel proven --threads 7
# run: --golden --threads 1
# run: --golden --engine interp
# run: --golden --engine cc --threads 3
"""Blocks that are numbered through: i // 4 and i % 4 on two axes, in one axis, through a reshaped tensor."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")


@pl.jit
def k(q: pl.Tensor[[N, 32, 64], pl.FP32], out: pl.Out[pl.Tensor[[N, 32, 64], pl.FP32]],
      flat: pl.Out[pl.Tensor[[N, 2048], pl.FP32]], three: pl.Out[pl.Tensor[[8, 4, 64], pl.FP32]]):
    n = pl.tensor.dim(q, 0)
    for idx in pl.spmd(n * 4, name_hint="two_axes"):
        b = idx // 4
        g = idx % 4
        out[b, g * 8 : g * 8 + 8, :] = pl.mul(q[b, g * 8 : g * 8 + 8, :], 2.0)
    view = pl.reshape(flat, [n, 32, 64])
    for idx in pl.spmd(n * 4, name_hint="reshaped"):
        b = idx // 4
        g = idx - b * 4
        view[b, idx % 4 * 8 : idx % 4 * 8 + 8, :] = pl.add(q[b, g * 8 : g * 8 + 8, :], 1.0)
    for idx in pl.spmd(32, name_hint="one_axis"):
        row = idx // 8 * 2 + idx % 8 // 4
        e = idx % 4
        three[row, e : e + 1, :] = pl.reshape(q[0, idx, :], [1, 64])


def build_specs():
    return [TensorSpec("q", [3, 32, 64], torch.float32, init_value=torch.randn),
            TensorSpec("out", [3, 32, 64], torch.float32, is_output=True),
            TensorSpec("flat", [3, 2048], torch.float32, is_output=True),
            TensorSpec("three", [8, 4, 64], torch.float32, is_output=True)]


def golden_k(t):
    t["out"][:] = t["q"] * 2.0
    t["flat"][:] = (t["q"] + 1.0).reshape([3, 2048])
    t["three"][:] = t["q"][0].reshape([8, 4, 64])
