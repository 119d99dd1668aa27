"""02 matmul: multiply two tiles, and say in which precision.

    qwc run examples/02_matmul.pl --golden

The operands are BF16, half the bytes of FP32. Their products are summed in FP32, and
`out_dtype=pl.FP32` keeps that sum; without it the result would be rounded to BF16, with
a warning (W0501). `b_trans=True` reads `w` as [N, K], the layout in which most models
store their weights: one row holds the weights of one output.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

M = 16
N = 32
K = 64


@pl.jit
def matmul(
    x: pl.Tensor[[M, K], pl.BF16],
    w: pl.Tensor[[N, K], pl.BF16],
    y: pl.Out[pl.Tensor[[M, N], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="matmul"):
        product = pl.matmul(x[:, :], w[:, :], out_dtype=pl.FP32, b_trans=True)
        y = pl.assemble(y, product, [0, 0])


def build_tensor_specs():
    def init_x():
        return torch.rand(M, K) - 0.5

    def init_w():
        return (torch.rand(N, K) - 0.5) / K ** 0.5

    return [
        TensorSpec("x", [M, K], torch.bfloat16, init_value=init_x),
        TensorSpec("w", [N, K], torch.bfloat16, init_value=init_w),
        TensorSpec("y", [M, N], torch.float32, is_output=True),
    ]


def golden_matmul(tensors):
    tensors["y"][:] = tensors["x"].float() @ tensors["w"].float().T
