# args: --rtol 0 --atol 0
"""slice: runtime offsets, clamp, pad_value, drop_dims, sub-tiles, load and store spellings."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[3, 10, 12], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[6, 4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = pl.slice(x, [1, 4, 8], [n, n + 1, 2 * n], drop_dims=[0])
        y[0, :, :] = t
        y[1, 0:2, 0:3] = pl.slice(t, [2, 3], [n, n])
        over = pl.slice(x, [1, 4, 8], [1, 8, 7], clamp=True, pad_value=pl.PadValue.max)
        y[2, :, :] = pl.minimum(over, 5.0)[0, :, :]
        y[3, :, :] = pl.fillpad(pl.slice(x, [1, 4, 8], [2, 0, 0], valid_shape=[1, n, 3]), pad_value=pl.PadValue.zero)
        u = pl.load(x, [0, 2, 1], [1, 4, 8], valid_shapes=[1, 4, n])
        pl.store(u, [4, 0, 0], y)
        y[5, :, :] = x[n, n : n + 4, n + 1 : n + 9]


def build_specs():
    return [TensorSpec("x", [3, 10, 12], torch.float32, init_value=torch.randn),
            ScalarSpec("n", torch.int32, 2),
            TensorSpec("y", [6, 4, 8], torch.float32, is_output=True)]


def golden_k(t):
    x, y = t["x"], t["y"]
    y[0] = x[2, 3:7, 4:12]
    y[1, 0:2, 0:3] = y[0, 2:4, 2:5]
    y[2] = 5.0
    y[2, 0:2, 0:5] = torch.clamp(x[1, 8:10, 7:12], max=5.0)
    y[3, 0:2, 0:3] = x[2, 0:2, 0:3]
    y[4, :, 0:2] = x[0, 2:6, 1:3]
    y[5] = x[2, 2:6, 3:11]
