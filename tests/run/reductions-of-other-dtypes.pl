"""row_sum of BF16 and FP16 rounds once; of INT32 it wraps; max and argmax of integers."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(b: pl.Tensor[[6, 100], pl.BF16], h: pl.Tensor[[6, 100], pl.FP16], i: pl.Tensor[[6, 100], pl.INT32],
      c: pl.Tensor[[6, 100], pl.INT8],
      yb: pl.Out[pl.Tensor[[6, 2], pl.BF16]], yh: pl.Out[pl.Tensor[[2, 100], pl.FP16]], yi: pl.Out[pl.Tensor[[6, 3], pl.INT32]],
      yc: pl.Out[pl.Tensor[[6, 2], pl.INT8]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        yb[:, 0:1] = pl.row_sum(b)
        yb[:, 1:2] = pl.row_max(b)
        yh[0:1, :] = pl.col_sum(h[:, :])
        yh[1:2, :] = pl.col_min(h[:, :])
        yi[:, 0:1] = pl.row_sum(i[:, :])
        yi[:, 1:2] = pl.row_argmin(i[:, :])
        yi[:, 2:3] = pl.row_argmax(c[:, :])
        yc[:, 0:1] = pl.row_sum(c[:, :])
        yc[:, 1:2] = pl.row_max(c[:, :])


def build_specs():
    big = lambda: torch.randint(-2**31, 2**31, (6, 100)).to(torch.int32)
    return [TensorSpec("b", [6, 100], torch.bfloat16, init_value=torch.randn),
            TensorSpec("h", [6, 100], torch.float16, init_value=torch.randn),
            TensorSpec("i", [6, 100], torch.int32, init_value=big),
            TensorSpec("c", [6, 100], torch.int8, init_value=lambda: torch.randint(-128, 128, (6, 100))),
            TensorSpec("yb", [6, 2], torch.bfloat16, is_output=True),
            TensorSpec("yh", [2, 100], torch.float16, is_output=True),
            TensorSpec("yi", [6, 3], torch.int32, is_output=True),
            TensorSpec("yc", [6, 2], torch.int8, is_output=True)]


def golden_k(t):
    t["yb"][:, 0] = t["b"].float().sum(dim=1).bfloat16()
    t["yb"][:, 1] = t["b"].amax(dim=1)
    t["yh"][0] = t["h"].float().sum(dim=0).to(torch.float16)
    t["yh"][1] = t["h"].amin(dim=0)
    t["yi"][:, 0] = t["i"].to(torch.int64).sum(dim=1).to(torch.int32)
    t["yi"][:, 1] = t["i"].argmin(dim=1)
    t["yi"][:, 2] = t["c"].argmax(dim=1)
    t["yc"][:, 0] = t["c"].to(torch.int64).sum(dim=1).to(torch.int8)
    t["yc"][:, 1] = t["c"].amax(dim=1)
