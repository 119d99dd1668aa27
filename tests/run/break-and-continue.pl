"""In range and while loops, in both planes, under nested ifs."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[10], pl.INT32], y: pl.Out[pl.Tensor[[4], pl.INT32]], t: pl.Out[pl.Tensor[[1, 4], pl.FP32]]):
    s = 0
    for i in pl.range(10):
        v = x[i]
        if v < 0:
            continue
        if v > 100:
            s = s + 1000
            break
        s = s + v
    y[0] = s
    y[1] = i
    n = 0
    m = 0
    while n < 50:
        n = n + 7
        if n % 2 == 0:
            continue
        m = m + n
        if m > 60:
            break
    y[2] = n
    y[3] = m
    with pl.at(level=pl.Level.CORE_GROUP):
        acc = pl.full([1, 4], dtype=pl.FP32, value=0)
        for j in pl.range(10):
            if j == 3:
                continue
            else:
                if j > 6:
                    break
            acc = pl.add(acc, pl.cast(j, pl.FP32))
        t = pl.assemble(t, acc, [0, 0])


def build_specs():
    return [TensorSpec("x", [10], torch.int32, init_value=torch.tensor([3, -5, 8, 100, -1, 2, 300, 7, 7, 7])),
            TensorSpec("y", [4], torch.int32, is_output=True),
            TensorSpec("t", [1, 4], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = torch.tensor([1113, 6, 35, 63])
    t["t"][:] = 0 + 1 + 2 + 4 + 5 + 6
