"""E0907: Scalar arithmetic is 64 bits wide and never wraps."""
# exit: 5
# run: --no-golden --engine=jit
# run: --no-golden --engine=interp
# run: --no-golden --passes=none
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], i: pl.Tensor[[4], pl.INT32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    m = n * n * n
    y[0, 0] = pl.cast(m, pl.FP32)


def build_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
            TensorSpec("i", [4], torch.int32, init_value=torch.tensor([3, 0, -1, 2000000000])),
            ScalarSpec("n", torch.int32, 2000000000),
            TensorSpec("y", [4, 8], torch.float32, is_output=True)]
