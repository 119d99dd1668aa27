# exit: 5
# run: -q
# run: -q --engine=interp
# run: -q --passes=none
"""A scalar has 64 bits and a sign: an element of UINT64 of 2^63 and more does not become a negative one."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(i: pl.Tensor[[1, 4], pl.UINT64], y: pl.Out[pl.Tensor[[1, 4], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for j in pl.range(4):
            y[0, j] = pl.cast(pl.read(i, [0, j]), pl.FP32)


def build_tensor_specs():
    return [
        TensorSpec("i", [1, 4], torch.uint64, init_value=lambda: torch.tensor([[1, 2**62, -1, 3]]).to(torch.uint64)),
        TensorSpec("y", [1, 4], torch.float32, is_output=True),
    ]
