# run: --golden
# run: --golden --threads=7
"""The address of the next product is not worked out where there is no next one: 4 - p and b + 1 would be 0."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    a: pl.Tensor[[16, 64], pl.FP32],
    w: pl.Tensor[[1024, 64], pl.FP32],
    n: pl.Tensor[[4], pl.INT32],
    y: pl.Out[pl.Tensor[[256, 64], pl.FP32]],
):
    for b in pl.parallel(4):
        for p in pl.range(4):
            page = pl.read(n, [p])
            with pl.at(level=pl.Level.CORE_GROUP):
                at = page + 60 // (4 - p) * 8 + 60 // (b + 1)
                c = pl.matmul(a, w[at : at + 64, :])
                y = pl.assemble(y, c, [b * 64 + p * 16, 0])


def build_specs():
    return [
        TensorSpec("a", [16, 64], torch.float32, init_value=torch.randint(-4, 4, [16, 64]).to(torch.float32)),
        TensorSpec("w", [1024, 64], torch.float32, init_value=torch.randint(-4, 4, [1024, 64]).to(torch.float32)),
        TensorSpec("n", [4], torch.int32, init_value=torch.tensor([3, 0, 9, 2])),
        TensorSpec("y", [256, 64], torch.float32, is_output=True),
    ]


def golden_k(t):
    for b in range(4):
        for p in range(4):
            at = int(t["n"][p]) + 60 // (4 - p) * 8 + 60 // (b + 1)
            t["y"][b * 64 + p * 16 : b * 64 + p * 16 + 16] = t["a"] @ t["w"][at : at + 64]
