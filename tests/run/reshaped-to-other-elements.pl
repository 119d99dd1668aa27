# exit: 5
# run: -q
# run: -q --engine=interp
"""A reshape to as many elements as only the run knows: 7 x 64 are not 15 x 32."""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")


@pl.jit
def k(x: pl.Tensor[[ROWS, 32], pl.FP32], y: pl.Out[pl.Tensor[[1, 32], pl.FP32]]):
    w = pl.reshape(x, [pl.tensor.dim(x, 0) // 2, 64])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = w[0:1, 0:32]


def build_tensor_specs():
    return [
        TensorSpec("x", [15, 32], torch.float32),
        TensorSpec("y", [1, 32], torch.float32, is_output=True),
    ]
