"""An integer cast to BOOL is whether it is not 0, not the integer."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")


@pl.jit
def k(x: pl.Tensor[[N, 8], pl.FP32], y: pl.Out[pl.Tensor[[1, 3], pl.INT32]]):
    n = pl.max(pl.tensor.dim(x, 0), 5)
    b = pl.cast(n, pl.BOOL)
    y[0, 0] = 1 if b == True else 2
    y[0, 1] = 1 if b != True else 2
    y[0, 2] = 1 if b == pl.cast(n + 1, pl.BOOL) else 2


def build_specs():
    return [TensorSpec("x", [8, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [1, 3], torch.int32, is_output=True)]


def golden_k(t):
    t["y"][0] = torch.tensor([1, 2, 1])
