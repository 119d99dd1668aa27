# args: --rtol 1e-5 --atol 1e-5
"""matmul of many shapes, with every pair of transpositions, in FP32, BF16 and FP16."""
import pypto.language as pl
import torch
from golden import TensorSpec

DIMS = [(1, 1, 1), (3, 17, 5), (16, 16, 16), (17, 33, 70)]


@pl.jit.inline
def four(a: pl.Tensor, b: pl.Tensor, at: pl.Tensor, bt: pl.Tensor, y: pl.Tensor):
    m = y.shape[1]
    n = y.shape[2]
    with pl.at(level=pl.Level.CORE_GROUP):
        y[0, :, :] = pl.matmul(a[:, :], b[:, :], out_dtype=pl.FP32)
        y[1, :, :] = pl.matmul(at[:, :], b[:, :], out_dtype=pl.FP32, a_trans=True)
        y[2, :, :] = pl.matmul(a[:, :], bt[:, :], out_dtype=pl.FP32, b_trans=True)
        acc = pl.full([m, n], dtype=pl.FP32, value=1.5)
        y[3, :, :] = pl.matmul_acc(acc, at[:, :], bt[:, :], a_trans=True, b_trans=True)


@pl.jit
def k(
    a0: pl.Tensor[[1, 1], pl.FP32], b0: pl.Tensor[[1, 1], pl.FP32], c0: pl.Tensor[[1, 1], pl.FP32], d0: pl.Tensor[[1, 1], pl.FP32], y0: pl.Out[pl.Tensor[[4, 1, 1], pl.FP32]],
    a1: pl.Tensor[[3, 5], pl.BF16], b1: pl.Tensor[[5, 17], pl.BF16], c1: pl.Tensor[[5, 3], pl.BF16], d1: pl.Tensor[[17, 5], pl.BF16], y1: pl.Out[pl.Tensor[[4, 3, 17], pl.FP32]],
    a2: pl.Tensor[[16, 16], pl.FP16], b2: pl.Tensor[[16, 16], pl.FP16], c2: pl.Tensor[[16, 16], pl.FP16], d2: pl.Tensor[[16, 16], pl.FP16], y2: pl.Out[pl.Tensor[[4, 16, 16], pl.FP32]],
    a3: pl.Tensor[[17, 70], pl.FP32], b3: pl.Tensor[[70, 33], pl.FP32], c3: pl.Tensor[[70, 17], pl.FP32], d3: pl.Tensor[[33, 70], pl.FP32], y3: pl.Out[pl.Tensor[[4, 17, 33], pl.FP32]],
):
    four(a0, b0, c0, d0, y0)
    four(a1, b1, c1, d1, y1)
    four(a2, b2, c2, d2, y2)
    four(a3, b3, c3, d3, y3)


def build_specs():
    specs = []
    for i, (m, n, kk) in enumerate(DIMS):
        dt = [torch.float32, torch.bfloat16, torch.float16, torch.float32][i]
        for name, shape in (("a", [m, kk]), ("b", [kk, n]), ("c", [kk, m]), ("d", [n, kk])):
            specs.append(TensorSpec(f"{name}{i}", shape, dt, init_value=torch.randn))
        specs.append(TensorSpec(f"y{i}", [4, m, n], torch.float32, is_output=True))
    return specs


def golden_k(t):
    for i in range(4):
        a, b, c, d = [t[f"{n}{i}"].float() for n in "abcd"]
        t[f"y{i}"][:] = torch.stack([a @ b, c.T @ b, a @ d.T, c.T @ d.T + 1.5])
