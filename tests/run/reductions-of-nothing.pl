# args: --rtol 0 --atol 0
"""Over no valid element: sum 0, max the lowest, min the highest, argmax 0 (V6)."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[3, 8], pl.FP32], h: pl.Tensor[[3, 8], pl.FP16], n: pl.Scalar[pl.INT32],
      y: pl.Out[pl.Tensor[[3, 4], pl.FP32]], z: pl.Out[pl.Tensor[[3, 8], pl.FP32]],
      w: pl.Out[pl.Tensor[[3, 2], pl.FP16]], i: pl.Out[pl.Tensor[[3, 2], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = pl.slice(x, [3, 8], [0, 0], valid_shape=[3, n])
        y[:, 0:1] = pl.row_sum(t)
        y[:, 1:2] = pl.row_max(t)
        y[:, 2:3] = pl.row_min(t)
        y[:, 3:4] = pl.cast(pl.row_argmax(t), target_type=pl.FP32)
        u = pl.slice(x, [3, 8], [0, 0], valid_shape=[n, 8])
        z[0:1, :] = pl.col_sum(u)
        z[1:2, :] = pl.col_max(u)
        z[2:3, :] = pl.col_min(u)
        v = pl.slice(h, [3, 8], [0, 0], valid_shape=[3, n])
        w[:, 0:1] = pl.row_max(v)
        w[:, 1:2] = pl.row_min(v)
        i[:, 0:1] = pl.row_max(pl.cast(t, target_type=pl.INT32))
        i[:, 1:2] = pl.row_min(pl.cast(t, target_type=pl.INT32))


def build_specs():
    from golden import ScalarSpec
    return [TensorSpec("x", [3, 8], torch.float32, init_value=torch.randn),
            TensorSpec("h", [3, 8], torch.float16, init_value=torch.randn),
            ScalarSpec("n", torch.int32, 0),
            TensorSpec("y", [3, 4], torch.float32, is_output=True),
            TensorSpec("z", [3, 8], torch.float32, is_output=True),
            TensorSpec("w", [3, 2], torch.float16, is_output=True),
            TensorSpec("i", [3, 2], torch.int32, is_output=True)]


def golden_k(t):
    f = torch.finfo(torch.float32)
    t["y"][:, 1] = f.min
    t["y"][:, 2] = f.max
    t["z"][1] = f.min
    t["z"][2] = f.max
    t["w"][:, 0] = -65504.0
    t["w"][:, 1] = 65504.0
    t["i"][:, 0] = -2**31
    t["i"][:, 1] = 2**31 - 1
