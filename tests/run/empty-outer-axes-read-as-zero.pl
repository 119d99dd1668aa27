# args: --rtol 0 --atol 0
"""What a tile of rank 3 or 4 lacks on an outer axis, one of extent 1 too, reads as 0."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[2, 3, 5], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[4, 2, 3, 5], pl.FP32]],
      z: pl.Out[pl.Tensor[[2, 1, 1, 3, 5], pl.INT32]], i: pl.Tensor[[1, 1, 3, 5], pl.INT32]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :, :]
        for m in pl.range(3):
            u = pl.slice(x, [2, 3, 5], [0, 0, 0], valid_shape=[pl.min(m, 2), 2, 4])
            y[m, :, :, :] = pl.add(t, u)
        one = pl.slice(x, [1, 3, 5], [0, 0, 0], valid_shape=[pl.max(0, pl.min(1, 2 - n)), 3, 5])
        y[3, 0:1, :, :] = pl.add(pl.slice(t, [1, 3, 5], [1, 0, 0]), one)
        y[3, 1:2, :, :] = pl.fillpad(one, pad_value=pl.PadValue.zero)
        none = pl.slice(i, [1, 1, 3, 5], [0, 0, 0, 0], valid_shape=[1, 0, 3, 5])
        z[0, :, :, :, :] = pl.maximum(i[:, :, :, :], none)
        some = pl.slice(i, [1, 1, 3, 5], [0, 0, 0, 0], valid_shape=[pl.max(0, pl.min(1, n)), pl.max(0, pl.min(1, n)), 2, 5])
        z[1, :, :, :, :] = pl.maximum(i[:, :, :, :], some)


def build_specs():
    return [TensorSpec("x", [2, 3, 5], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, 2),
            TensorSpec("y", [4, 2, 3, 5], torch.float32, is_output=True),
            TensorSpec("z", [2, 1, 1, 3, 5], torch.int32, is_output=True),
            TensorSpec("i", [1, 1, 3, 5], torch.int32, init_value=lambda: torch.randint(-9, -1, (1, 1, 3, 5)))]


def golden_k(t):
    x, y, z, i = t["x"], t["y"], t["z"], t["i"]
    for m in range(3):
        y[m] = x
        y[m, :m, :2, :4] += x[:m, :2, :4]
    y[3, 0] = x[1]
    z[1, 0, 0, :2] = i[0, 0, :2]
