# run: -q --threads=4
# run: -q --threads=1 --engine=cc
"""Warnings of several tasks and workers are told in the order of the source, one a place."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(i: pl.Tensor[[8, 2], pl.INT32], x: pl.Tensor[[8, 64], pl.FP32], y: pl.Out[pl.Tensor[[8, 64], pl.FP32]]):
    for r in pl.parallel(8):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            n = pl.read(i, [7 - r, 0])
            m = pl.read(i, [7 - r, 1])
            a = pl.slice(x, [1, 64], [7 - r, 0], valid_shape=[1, m])
            b = pl.slice(x, [1, 64], [7 - r, 0], valid_shape=[1, n])
            y[7 - r : 8 - r, :] = pl.add(pl.fillpad(a, pad_value=pl.PadValue.zero), pl.fillpad(b, pad_value=pl.PadValue.zero))


def build_tensor_specs():
    return [
        TensorSpec("i", [8, 2], torch.int32, init_value=lambda: torch.tensor([[-4, 5], [5, -3]] + [[5, 5]] * 6)),
        TensorSpec("x", [8, 64], torch.float32, init_value=torch.ones),
        TensorSpec("y", [8, 64], torch.float32, is_output=True),
    ]
