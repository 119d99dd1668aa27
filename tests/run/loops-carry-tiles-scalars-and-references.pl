# args: --rtol 0 --atol 0
"""Names rebound in a loop carry their values; the loop variable keeps its last one."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[8, 6], pl.FP32], y: pl.Out[pl.Tensor[[4, 6], pl.FP32]], z: pl.Out[pl.Tensor[[4], pl.INT32]]):
    buf = pl.create_tensor([1, 6], dtype=pl.FP32)
    count = 0
    for i in pl.range(5):
        nxt = pl.create_tensor([1, 6], dtype=pl.FP32)
        with pl.at(level=pl.Level.CORE_GROUP):
            nxt[:, :] = pl.add(buf[:, :], x[i : i + 1, :])
        buf = nxt
        count = count + i * 2
    z[0] = count
    z[1] = i
    with pl.at(level=pl.Level.CORE_GROUP):
        y[0:1, :] = buf[:, :]
        acc = x[0:1, :]
        prev = x[1:2, :]
        for j in pl.range(7, -1, -3):
            old = acc
            acc = pl.add(prev, x[j : j + 1, :])
            prev = old
        y[1:2, :] = acc
        y[2:3, :] = prev
        for m in pl.range(3, 3):
            acc = pl.mul(acc, 2.0)
        y[3:4, :] = acc
    z[2] = j
    n = 10
    while n > 3:
        n -= 2
    z[3] = n


def build_specs():
    return [TensorSpec("x", [8, 6], torch.float32, init_value=torch.randn),
            TensorSpec("y", [4, 6], torch.float32, is_output=True),
            TensorSpec("z", [4], torch.int32, is_output=True)]


def golden_k(t):
    x, y = t["x"], t["y"]
    b = torch.zeros(6)
    for i in range(5):
        b = b + x[i]
    acc, prev = x[0], x[1]
    for j in range(7, -1, -3):
        acc, prev = prev + x[j], acc
    y[0] = b
    y[1] = acc
    y[2] = prev
    y[3] = acc
    t["z"][:] = torch.tensor([20, 4, 1, 2])
