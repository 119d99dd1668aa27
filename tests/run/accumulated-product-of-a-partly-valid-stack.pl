"""A product with a leading index that is not valid adds nothing to the accumulator."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(n: pl.Tensor[[4], pl.INT64], acc: pl.Tensor[[2, 4, 8], pl.FP32], a: pl.Tensor[[1, 4, 8], pl.FP32], b: pl.Tensor[[2, 8, 8], pl.FP32], y: pl.Out[pl.Tensor[[2, 4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        r = pl.read(n, [0])
        b1 = pl.slice(pl.mul(b, 1.0), [2, 8, 8], [0, 0, 0], valid_shape=[pl.max(0, r), 8, 8])
        y = pl.assemble(y, pl.matmul_acc(acc, a, b1), [0, 0, 0])


def build_tensor_specs():
    return [TensorSpec("n", [4], torch.int64, init_value=lambda: torch.tensor([1, 1, 0, 2])),
            TensorSpec("acc", [2, 4, 8], torch.float32, init_value=torch.ones),
            TensorSpec("a", [1, 4, 8], torch.float32, init_value=torch.ones),
            TensorSpec("b", [2, 8, 8], torch.float32, init_value=torch.ones),
            TensorSpec("y", [2, 4, 8], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][0] = 9
    t["y"][1] = 1
