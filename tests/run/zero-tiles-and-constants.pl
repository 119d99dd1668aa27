# args: --rtol 0 --atol 0
"""create_tile in its three spellings, and pl.const of integer and floating dtypes."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[3, 17], pl.FP32],
    y: pl.Out[pl.Tensor[[3, 17], pl.FP32]],
    z: pl.Out[pl.Tensor[[3, 17], pl.INT8]],
    c: pl.Out[pl.Tensor[[6], pl.INT64]],
    f: pl.Out[pl.Tensor[[4], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.create_tile([3, 17], dtype=pl.FP32, target_memory=pl.MemorySpace.Vec)
        u = pl.create_l1([1, 17], dtype=pl.FP32)
        v = pl.tile.create([3, 17], dtype=pl.INT8)
        t[1:3, :] = x[1:3, :]
        y[:, :] = t + u
        v[2, 16] = 5
        z[:, :] = v
    c[0] = pl.const(-128, pl.INT8)
    c[1] = pl.const(255, pl.UINT8) + 1
    c[2] = pl.const(-32768, pl.INT16)
    c[3] = pl.const(4294967295, pl.UINT32)
    c[4] = pl.const(2**62, pl.INT64)
    c[5] = pl.const(7, pl.INDEX) * 2
    f[0] = pl.const(0.1, pl.FP32)
    f[1] = pl.cast(pl.const(0.1, pl.BF16), pl.FP32)
    f[2] = pl.cast(pl.const(0.1, pl.FP16), pl.FP32)
    f[3] = pl.const(3, pl.FP32)


def build_tensor_specs():
    return [
        TensorSpec("x", [3, 17], torch.float32, init_value=torch.randn),
        TensorSpec("y", [3, 17], torch.float32, is_output=True),
        TensorSpec("z", [3, 17], torch.int8, is_output=True),
        TensorSpec("c", [6], torch.int64, is_output=True),
        TensorSpec("f", [4], torch.float32, is_output=True),
    ]


def golden_k(t):
    t["y"][1:3] = t["x"][1:3]
    t["z"][2, 16] = 5
    t["c"][:] = torch.tensor([-128, 256, -32768, 4294967295, 2**62, 14])
    tenth = torch.tensor([0.1])
    t["f"][0] = 0.1
    t["f"][1] = tenth.to(torch.bfloat16).float()[0]
    t["f"][2] = tenth.to(torch.float16).float()[0]
    t["f"][3] = 3.0
