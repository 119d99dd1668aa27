"""//, % floor; shifts, comparisons, and, or, not, conditional expressions; all in 64 bits."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec

PAIRS = [(7, 2), (-7, 2), (7, -2), (-7, -2), (0, 5)]


@pl.jit
def k(p: pl.Tensor[[5, 2], pl.INT32], s: pl.Scalar[pl.INT64], y: pl.Out[pl.Tensor[[5, 8], pl.INT64]]):
    for i in pl.range(5):
        a = pl.read(p, [i, 0])
        b = pl.read(p, [i, 1])
        y[i, 0] = a // b
        y[i, 1] = a % b
        y[i, 2] = (s + a) << 3
        y[i, 3] = (a * s) >> 1
        y[i, 4] = a if a < b else b
        y[i, 5] = 1 if (a < 0 and not b < 0) or a == 0 else 2
        y[i, 6] = -a + b * 3 - (a - b)
        y[i, 7] = 4 if -7 <= a < 7 else 5


def build_specs():
    return [TensorSpec("p", [5, 2], torch.int32, init_value=torch.tensor(PAIRS)),
            ScalarSpec("s", torch.int64, 10000000000),
            TensorSpec("y", [5, 8], torch.int64, is_output=True)]


def golden_k(t):
    s = t["s"]
    for i, (a, b) in enumerate(PAIRS):
        row = [a // b, a % b, (s + a) << 3, (a * s) >> 1, min(a, b), 1 if (a < 0 and not b < 0) or a == 0 else 2,
               -a + b * 3 - (a - b), 4 if -7 <= a < 7 else 5]
        for j, v in enumerate(row):
            t["y"][i, j] = v
