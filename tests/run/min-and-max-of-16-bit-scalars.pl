"""The smaller of two BF16 scalars is BF16: what is added to it rounds to BF16 once more."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(b: pl.Scalar[pl.BF16], f: pl.Scalar[pl.FP32], y: pl.Out[pl.Tensor[[4], pl.FP32]]):
    y[0] = pl.cast(pl.min(b, 300.0) + b, pl.FP32)
    y[1] = pl.cast(pl.max(b, b) * b, pl.FP32)
    y[2] = pl.min(b, f) * b + f
    y[3] = pl.max(1, f)


def build_specs():
    return [ScalarSpec("b", torch.bfloat16, 1.0078125), ScalarSpec("f", torch.float32, 1.0009765625),
            TensorSpec("y", [4], torch.float32, is_output=True)]


def golden_k(t):
    b = 1.0078125
    f = 1.0009765625
    t["y"][0] = 2 * b
    t["y"][1] = float(torch.tensor(b * b).to(torch.bfloat16))
    t["y"][2] = f * b + f
    t["y"][3] = f
