# args: --rtol 0 --atol 0
"""A window whose two bounds read the same element has a constant extent."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[12, 8], pl.FP32], at: pl.Tensor[[3], pl.INT32], place: pl.Tensor[[2, 3], pl.INT64],
      rows: pl.Out[pl.Tensor[[6, 8], pl.FP32]], parts: pl.Out[pl.Tensor[[3, 4], pl.FP32]]):
    for i in pl.parallel(3):
        with pl.at(level=pl.Level.CORE_GROUP):
            rows[2 * i : 2 * i + 2, :] = x[at[i] : at[i] + 2, :]
            parts[i : i + 1, :] = x[at[i] * 2 + 1 : 2 * (1 + at[i]), place[1, i] + 1 : place[1, i] + 5]


def build_specs():
    return [TensorSpec("x", [12, 8], torch.float32, init_value=torch.randn),
            TensorSpec("at", [3], torch.int32, init_value=torch.tensor([4, 0, 5])),
            TensorSpec("place", [2, 3], torch.int64, init_value=torch.tensor([[9, 9, 9], [3, 0, 2]])),
            TensorSpec("rows", [6, 8], torch.float32, is_output=True),
            TensorSpec("parts", [3, 4], torch.float32, is_output=True)]


def golden_k(t):
    x = t["x"]
    for i, (a, p) in enumerate([(4, 3), (0, 0), (5, 2)]):
        t["rows"][2 * i : 2 * i + 2] = x[a : a + 2]
        t["parts"][i] = x[2 * a + 1, p + 1 : p + 5]
