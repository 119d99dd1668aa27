"""`continue` hands on a part of a buffer: the next iteration's buffer is another one."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[6, 8], pl.FP32]]):
    prev = pl.create_tensor([4, 8], dtype=pl.FP32)
    for i in pl.range(6):
        t = pl.create_tensor([8, 8], dtype=pl.FP32)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="fill"):
            t = pl.assemble(t, pl.add(x, pl.cast(i, pl.FP32)), [0, 0])
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"):
            y = pl.assemble(y, prev[0:1, :], [i, 0])
        if i % 2 == 0:
            prev = t[4:8, :]
            continue
        pl.write(t, [0, 0], 7.0)


def build_specs():
    return [TensorSpec("x", [8, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [6, 8], torch.float32, is_output=True)]


def golden_k(t):
    prev = torch.zeros(4, 8)
    for i in range(6):
        t["y"][i] = prev[0]
        if i % 2 == 0:
            prev = t["x"][4:8] + i
