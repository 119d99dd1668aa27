# args: --rtol 0 --atol 0
"""Every mask pattern of gather; scatter by mask is the inverse."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[1, 40], pl.FP32], y: pl.Out[pl.Tensor[[7, 40], pl.FP32]], z: pl.Out[pl.Tensor[[1, 40], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :]
        y[0:1, 0:20] = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P0101)
        y[1:2, 0:20] = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P1010)
        y[2:3, 0:10] = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P0001)
        y[3:4, 0:10] = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P0010)
        y[4:5, 0:10] = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P0100)
        y[5:6, 0:10] = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P1000)
        y[6:7, :] = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P1111)
        odd = pl.gather(t, mask_pattern=pl.tile.MaskPattern.P1010)
        z = pl.assemble(z, pl.scatter(odd, mask_pattern=pl.tile.MaskPattern.P1010, dst=pl.neg(t)), [0, 0])


def build_specs():
    return [TensorSpec("x", [1, 40], torch.float32, init_value=torch.randn),
            TensorSpec("y", [7, 40], torch.float32, is_output=True),
            TensorSpec("z", [1, 40], torch.float32, is_output=True)]


def golden_k(t):
    x, y = t["x"][0], t["y"]
    y[0, :20] = x[0::2]
    y[1, :20] = x[1::2]
    for i in range(4):
        y[2 + i, :10] = x[i::4]
    y[6] = x
    t["z"][0] = -x
    t["z"][0, 1::2] = x[1::2]
