"""An `if` whose arms both end the iteration carries what was assigned before it."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[16, 32], pl.FP32], i: pl.Tensor[[16, 1], pl.INT32], y: pl.Out[pl.Tensor[[2, 32], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        s = pl.full([1, 32], dtype=pl.FP32, value=0.0)
        for j in pl.range(16):
            s = pl.add(s, x[j : j + 1, :])
            if pl.read(i, [j, 0]) > 5:
                break
            else:
                continue
        n = 0
        m = 0
        while n < 16:
            n = n + 1
            if pl.read(i, [n - 1, 0]) < 3:
                m = m + n
                continue
            else:
                break
        y[0:1, :] = s
        y[1:2, :] = pl.full([1, 32], dtype=pl.FP32, value=0.0) + m


def build_tensor_specs():
    return [
        TensorSpec("x", [16, 32], torch.float32, init_value=lambda: torch.arange(512.0).reshape(16, 32)),
        TensorSpec("i", [16, 1], torch.int32, init_value=lambda: torch.arange(16, dtype=torch.int32).reshape(16, 1)),
        TensorSpec("y", [2, 32], torch.float32, is_output=True),
    ]


def golden_k(t):
    t["y"][0] = t["x"][:7].sum(0)
    t["y"][1] = 1 + 2 + 3
