"""Indices, orders and remainders of inexact values are right where no rounding decides them."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[4, 8], pl.FP32],
    i: pl.Tensor[[4, 8], pl.INT32],
    rest: pl.Out[pl.Tensor[[4, 8], pl.FP32]],
    most: pl.Out[pl.Tensor[[4, 1], pl.INT32]],
    picked: pl.Out[pl.Tensor[[4, 8], pl.FP32]],
    placed: pl.Out[pl.Tensor[[4, 8], pl.FP32]],
    product: pl.Out[pl.Tensor[[4, 4], pl.INT32]],
    whole: pl.Out[pl.Tensor[[4, 8], pl.INT32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        e = pl.exp(x[:, :])
        rest[:, :] = pl.fmod(pl.add(e, 0.25), 3.0)
        most[:, :] = pl.row_argmax(e)
        # exp(log(j + 0.25)), cut off: j
        j = pl.cast(pl.exp(pl.log(pl.add(pl.cast(i[:, :], pl.FP32), 0.25))), pl.INT32, mode="trunc")
        whole[:, :] = pl.mul(j, j)
        picked[:, :] = pl.gather(x, dim=-1, index=j)
        placed[:, :] = pl.scatter(pl.full([4, 8], dtype=pl.FP32, value=0.0), dim=-1, index=j, src=x[:, :])
        b = pl.cast(j, pl.INT8)
        product[:, :] = pl.matmul(b, b, b_trans=True)


def build_tensor_specs():
    def turned():
        j = torch.arange(8)
        return torch.stack([(j * 3 + r) % 8 for r in range(4)]).int()

    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=lambda: turned().float() / 4 - 1),
        TensorSpec("i", [4, 8], torch.int32, init_value=turned),
        TensorSpec("rest", [4, 8], torch.float32, is_output=True),
        TensorSpec("most", [4, 1], torch.int32, is_output=True),
        TensorSpec("picked", [4, 8], torch.float32, is_output=True),
        TensorSpec("placed", [4, 8], torch.float32, is_output=True),
        TensorSpec("product", [4, 4], torch.int32, is_output=True),
        TensorSpec("whole", [4, 8], torch.int32, is_output=True),
    ]


def golden_k(t):
    x, i = t["x"], t["i"].long()
    t["rest"][:] = torch.fmod(torch.exp(x) + 0.25, 3)
    t["most"][:] = torch.argmax(x, dim=1, keepdim=True)
    t["picked"][:] = torch.gather(x, 1, i)
    t["placed"][:] = torch.zeros(4, 8).scatter(1, i, x)
    t["product"][:] = (t["i"].float() @ t["i"].float().T).int()
    t["whole"][:] = t["i"] * t["i"]
