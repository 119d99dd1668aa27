# args: --rtol 0 --atol 0
"""expand_clone broadcasts a tile, expands a scalar."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(c: pl.Tensor[[4, 1], pl.FP32], r: pl.Tensor[[1, 6], pl.FP32], s: pl.Scalar[pl.FP32],
      y: pl.Out[pl.Tensor[[16, 6], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        target = pl.full([4, 6], dtype=pl.FP32, value=9)
        y[0:4, :] = pl.expand_clone(c[:, :], target)
        y[4:8, :] = pl.expand_clone(r[:, :], target)
        y[8:12, :] = pl.expands(target, s)
        y[12:14, :] = pl.full([2, 6], dtype=pl.FP32, value=-0.1)
        y[14:16, :] = pl.create_tensor([2, 6], dtype=pl.FP32, init_value=2.5)


def build_specs():
    from golden import ScalarSpec
    return [TensorSpec("c", [4, 1], torch.float32, init_value=torch.randn),
            TensorSpec("r", [1, 6], torch.float32, init_value=torch.randn),
            ScalarSpec("s", torch.float32, 1.1),
            TensorSpec("y", [16, 6], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][0:4] = t["c"]
    t["y"][4:8] = t["r"]
    t["y"][8:12] = t["s"]
    t["y"][12:14] = -0.1
    t["y"][14:16] = 2.5
