"""A product rounded to 16 bits is summed beside the window that it is stored into."""
# args: -Wno-W0501
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(a: pl.Tensor[[64, 64], pl.BF16], b: pl.Tensor[[64, 64], pl.BF16], y: pl.Out[pl.Tensor[[64, 1024], pl.BF16]]):
    for i in pl.parallel(16):
        with pl.at(level=pl.Level.CORE_GROUP):
            y = pl.assemble(y, pl.matmul(a, b, out_dtype=pl.BF16), [0, i * 64])


def build_specs():
    return [TensorSpec("a", [64, 64], torch.bfloat16, init_value=torch.eye(64)),
            TensorSpec("b", [64, 64], torch.bfloat16, init_value=torch.randn),
            TensorSpec("y", [64, 1024], torch.bfloat16, is_output=True)]


def golden_k(t):
    t["y"][:] = t["b"].repeat(1, 16)
