"""Rows go where a table says: only at run time is it known whether tasks meet."""
import pypto.language as pl
import torch
from golden import TensorSpec

LAST = 7


@pl.jit
def scatter(x: pl.Tensor[[32, 64], pl.FP32], slot: pl.Tensor[[8], pl.INT32], y: pl.InOut[pl.Tensor[[32, 64], pl.FP32]]):
    for i in pl.parallel(8):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="scatter"):
            row = pl.cast(pl.read(slot, [i]), pl.INDEX) * 4
            y = pl.assemble(y, pl.mul(x[i * 4 : i * 4 + 4, 0:64], 2.0), [row, 0])
    return y


def build_tensor_specs():
    order = torch.tensor([3, 1, 0, 2, 6, 5, 4, LAST], dtype=torch.int32)
    return [
        TensorSpec("x", [32, 64], torch.float32, init_value=torch.randn),
        TensorSpec("slot", [8], torch.int32, init_value=lambda: order),
        TensorSpec("y", [32, 64], torch.float32, init_value=torch.zeros, is_output=True),
    ]


def golden_scatter(tensors):
    for i in range(8):
        s = int(tensors["slot"][i]) * 4
        tensors["y"][s : s + 4] = tensors["x"][i * 4 : i * 4 + 4] * 2.0
