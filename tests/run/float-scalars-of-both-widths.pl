# args: --rtol 0 --atol 0
"""FP32 scalars compute in FP32, BF16 and FP16 round after each operation."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[2], pl.FP32], b: pl.Tensor[[2], pl.BF16], h: pl.Tensor[[2], pl.FP16], s: pl.Scalar[pl.FP32], n: pl.Scalar[pl.INT32],
      y: pl.Out[pl.Tensor[[4], pl.FP32]], yb: pl.Out[pl.Tensor[[2], pl.BF16]], yh: pl.Out[pl.Tensor[[2], pl.FP16]]):
    u = x[0] * x[1] + s
    y[0] = u
    y[1] = x[0] / x[1] - 0.1
    y[2] = pl.cast(n, pl.FP32) * 0.1 if u < 0.0 or n > 1 else 0.0
    y[3] = pl.max(x[0], s)
    yb[0] = b[0] * b[1] + b[0]
    yb[1] = b[0] / b[1]
    yh[0] = h[0] * h[1] + h[0]
    yh[1] = h[0] - h[1]


def build_specs():
    return [TensorSpec("x", [2], torch.float32, init_value=torch.randn),
            TensorSpec("b", [2], torch.bfloat16, init_value=torch.randn),
            TensorSpec("h", [2], torch.float16, init_value=torch.randn),
            ScalarSpec("s", torch.float32, 0.3), ScalarSpec("n", torch.int32, 3),
            TensorSpec("y", [4], torch.float32, is_output=True),
            TensorSpec("yb", [2], torch.bfloat16, is_output=True),
            TensorSpec("yh", [2], torch.float16, is_output=True)]


def golden_k(t):
    x, b, h, y = t["x"], t["b"], t["h"], t["y"]
    s = torch.tensor([t["s"]])
    y[0:1] = x[0:1] * x[1:2] + s
    y[1:2] = x[0:1] / x[1:2] - torch.tensor([0.1])
    y[2:3] = torch.tensor([3.0]) * torch.tensor([0.1])
    y[3:4] = torch.maximum(x[0:1], s)
    t["yb"][0:1] = b[0:1] * b[1:2] + b[0:1]
    t["yb"][1:2] = b[0:1] / b[1:2]
    t["yh"][0:1] = h[0:1] * h[1:2] + h[0:1]
    t["yh"][1:2] = h[0:1] - h[1:2]
