# exit: 5
# run: -q
# run: -q --engine=interp
"""One dynamic symbol of an inline function, bound to two extents that only the run knows."""
import pypto.language as pl
import torch
from golden import TensorSpec

A = pl.dynamic("A")
B = pl.dynamic("B")
N = pl.dynamic("N")


@pl.jit.inline
def add_rows(
    a: pl.Tensor[[N, 8], pl.FP32], b: pl.Tensor[[N, 8], pl.FP32], y: pl.Tensor[[N, 8], pl.FP32]
):
    for i in pl.range(pl.tensor.dim(a, 0)):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="add"):
            y[i : i + 1, :] = pl.add(a[i : i + 1, :], b[i : i + 1, :])
    return y


@pl.jit
def k(
    a: pl.Tensor[[A, 8], pl.FP32],
    b: pl.Tensor[[B, 8], pl.FP32],
    y: pl.Out[pl.Tensor[[A, 8], pl.FP32]],
):
    y = add_rows(a, b, y)


def build_specs():
    return [
        TensorSpec("a", [4, 8], torch.float32),
        TensorSpec("b", [5, 8], torch.float32),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
    ]
