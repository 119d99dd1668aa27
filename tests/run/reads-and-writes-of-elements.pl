# args: --rtol 0 --atol 0
"""read and write of tensors and tiles in both planes; a tile copy keeps its value."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[3, 5], pl.FP32], i: pl.Tensor[[4], pl.INT32], y: pl.Out[pl.Tensor[[4, 5], pl.FP32]],
      z: pl.Out[pl.Tensor[[6], pl.INT32]]):
    a = pl.tensor.read(i, [0])
    pl.tensor.write(z, [0], a + 1)
    z[1] = i[1] * 2
    b = i[2] // 3 + i[3] % 4
    z[2] = b
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :]
        u = t
        pl.write(t, [1, 2], 9.0)
        t[2, 0:2] = u[0, 3:5]
        y[0:3, :] = t
        y[3:4, :] = u[1:2, :]
        s = pl.read(u, [a, 1])
        y[3, 0] = s * 2.0
        z[3] = i[0] - 100
        z[4] = pl.cast(pl.tile.read(t, [1, 2]), pl.INT32)
    z[5] = pl.max(a, b, 7) + pl.min(a, b)


def build_specs():
    return [TensorSpec("x", [3, 5], torch.float32, init_value=torch.randn),
            TensorSpec("i", [4], torch.int32, init_value=torch.tensor([2, 5, -7, -9])),
            TensorSpec("y", [4, 5], torch.float32, is_output=True),
            TensorSpec("z", [6], torch.int32, is_output=True)]


def golden_k(t):
    x, y, i = t["x"], t["y"], t["i"].tolist()
    y[0:3] = x
    y[1, 2] = 9.0
    y[2, 0:2] = x[0, 3:5]
    y[3] = x[1]
    y[3, 0] = x[2, 1] * 2.0
    b = i[2] // 3 + i[3] % 4
    t["z"][:] = torch.tensor([i[0] + 1, i[1] * 2, b, i[0] - 100, 9, max(i[0], b, 7) + min(i[0], b)])
