"""A leading index that is not valid in one operand only is zero in the product (V1)."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(n: pl.Tensor[[4], pl.INT64], a: pl.Tensor[[2, 4, 8], pl.FP32], b: pl.Tensor[[2, 8, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 2, 4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.range(4):
            r = pl.read(n, [i])
            b1 = pl.slice(b, [2, 8, 8], [0, 0, 0], valid_shape=[pl.max(0, r), 8, 8])
            c2 = pl.matmul(a, b1)
            y = pl.assemble(y, pl.reshape(c2, [1, 2, 4, 8]), [i, 0, 0, 0])


def build_tensor_specs():
    return [TensorSpec("n", [4], torch.int64, init_value=lambda: torch.tensor([2, 1, 0, 2])),
            TensorSpec("a", [2, 4, 8], torch.float32, init_value=torch.ones),
            TensorSpec("b", [2, 8, 8], torch.float32, init_value=torch.ones),
            TensorSpec("y", [4, 2, 4, 8], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = 8
    t["y"][1, 1] = 0
    t["y"][2] = 0
