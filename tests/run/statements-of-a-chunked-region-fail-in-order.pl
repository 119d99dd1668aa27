# exit: 5
# run: --no-golden --engine=interp
# run: --no-golden --engine=jit
# run: --no-golden --engine=cc
# run: --no-golden --fusion=off
"""The load is out of bounds before the assertion behind it is wrong: forming tasks changes no order of checks."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[64, 32], pl.FP32], at: pl.Tensor[[2], pl.INT32], y: pl.Out[pl.Tensor[[64, 32], pl.FP32]]):
    a = pl.read(at, [0])
    b = pl.read(at, [1])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy", optimizations=[pl.auto_chunk]):
        y[0:16, :] = pl.slice(x, [16, 32], [a, 0])
        assert b > 3, "b is large"
        y[16:32, :] = pl.slice(x, [16, 32], [b, 0])
        for i in pl.parallel(2, chunk=1):
            y[32 + i * 16 : 48 + i * 16, :] = pl.slice(x, [16, 32], [i * 16, 0])


def build_specs():
    return [
        TensorSpec("x", [64, 32], torch.float32, init_value=torch.rand),
        TensorSpec("at", [2], torch.int32, init_value=torch.tensor([60, 0], dtype=torch.int32)),
        TensorSpec("y", [64, 32], torch.float32, is_output=True),
    ]
