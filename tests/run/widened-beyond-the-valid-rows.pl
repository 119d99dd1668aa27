# exit: 5
# run: -q
# run: -q --engine=interp
"""A view with 9 valid rows is given 14."""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")


@pl.jit
def k(x: pl.Tensor[[ROWS, 32], pl.FP32], i: pl.Tensor[[1, 2], pl.INT32], y: pl.Out[pl.Tensor[[1, 32], pl.FP32]]):
    v = pl.set_validshape(x, pl.read(i, [0, 1]), 32)
    w = pl.set_validshape(v, pl.read(i, [0, 0]), 32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = w[0:1, 0:32]


def build_tensor_specs():
    return [
        TensorSpec("x", [15, 32], torch.float32),
        TensorSpec("i", [1, 2], torch.int32, init_value=lambda: torch.tensor([[14, 9]], dtype=torch.int32)),
        TensorSpec("y", [1, 32], torch.float32, is_output=True),
    ]
