"""A tensor used as an operand in a core scope is loaded whole."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[5, 8], pl.FP32], w: pl.Tensor[[8, 3], pl.FP32], y: pl.Out[pl.Tensor[[5, 3], pl.FP32]]):
    tmp = pl.create_tensor([5, 3], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP):
        tmp[:, :] = pl.matmul(x, w)
    with pl.at(level=pl.Level.CORE_GROUP):
        s = pl.row_sum(tmp)
        y = pl.assemble(y, pl.row_expand_sub(pl.add(tmp, tmp), s), [0, 0])


def build_specs():
    return [TensorSpec("x", [5, 8], torch.float32, init_value=torch.randn),
            TensorSpec("w", [8, 3], torch.float32, init_value=torch.randn),
            TensorSpec("y", [5, 3], torch.float32, is_output=True)]


def golden_k(t):
    p = t["x"] @ t["w"]
    t["y"][:] = p + p - p.sum(dim=1, keepdim=True)
