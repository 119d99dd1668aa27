# args: --rtol 0 --atol 0
"""FP32 to BF16 and FP16: to even by default; overflow to an infinity; back is exact."""
import pypto.language as pl
import torch
import math
from golden import TensorSpec

X = [1.00390625, 1.01171875, 1.0001, 65519.0, 65520.0, 3.3961e38, -1e-8, 6e-8, 1e-40, -0.0, math.inf, 2.0e-24]


@pl.jit
def k(x: pl.Tensor[[1, 12], pl.FP32], b: pl.Out[pl.Tensor[[1, 12], pl.BF16]], h: pl.Out[pl.Tensor[[1, 12], pl.FP16]],
      f: pl.Out[pl.Tensor[[6, 12], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = x[:, :]
        b[:, :] = pl.cast(a, target_type=pl.BF16)
        h[:, :] = pl.cast(a, target_type=pl.FP16)
        f[0:1, :] = pl.cast(pl.cast(a, target_type=pl.BF16), target_type=pl.FP32)
        f[1:2, :] = pl.cast(pl.cast(a, target_type=pl.FP16), target_type=pl.FP32)
        f[2:3, 0:3] = pl.cast(pl.cast(a, pl.BF16, mode="trunc"), pl.FP32)[:, 0:3]
        f[3:4, 0:3] = pl.cast(pl.cast(a, pl.BF16, mode="ceil"), pl.FP32)[:, 0:3]
        f[4:5, 0:3] = pl.cast(pl.cast(a, pl.BF16, mode="round"), pl.FP32)[:, 0:3]
        f[5:6, 0:3] = pl.cast(pl.cast(a, pl.BF16, mode="odd"), pl.FP32)[:, 0:3]


def build_specs():
    return [TensorSpec("x", [1, 12], torch.float32, init_value=torch.tensor([X])),
            TensorSpec("b", [1, 12], torch.bfloat16, is_output=True),
            TensorSpec("h", [1, 12], torch.float16, is_output=True),
            TensorSpec("f", [6, 12], torch.float32, is_output=True)]


def golden_k(t):
    x = t["x"]
    t["b"][:] = x.to(torch.bfloat16)
    t["h"][:] = x.to(torch.float16)
    t["f"][0:1] = x.to(torch.bfloat16).float()
    t["f"][1:2] = x.to(torch.float16).float()
    t["f"][2, :3] = torch.tensor([1.0, 1.0078125, 1.0])
    t["f"][3, :3] = torch.tensor([1.0078125, 1.015625, 1.0078125])
    t["f"][4, :3] = torch.tensor([1.0078125, 1.015625, 1.0])
    t["f"][5, :3] = torch.tensor([1.0078125, 1.0078125, 1.0078125])
