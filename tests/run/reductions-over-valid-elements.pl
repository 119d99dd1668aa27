"""Row and column reductions of a partly valid tile, of many widths."""
import pypto.language as pl
import torch
from golden import TensorSpec

R = 7
CUTS = [1, 15, 16, 17, 40]


@pl.jit
def k(x: pl.Tensor[[9, 40], pl.FP32], y: pl.Out[pl.Tensor[[15, 7], pl.FP32]],
      z: pl.Out[pl.Tensor[[3, 200], pl.FP32]], a: pl.Out[pl.Tensor[[10, 7], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        for i in pl.unroll(5):
            t = pl.slice(x, [9, 40], [0, 0], valid_shape=[R, CUTS[i]])
            y[3 * i : 3 * i + 1, :] = pl.transpose(pl.row_sum(t), 0, 1)[:, 0:R]
            y[3 * i + 1 : 3 * i + 2, :] = pl.transpose(pl.row_max(t), 0, 1)[:, 0:R]
            y[3 * i + 2 : 3 * i + 3, :] = pl.transpose(pl.row_min(t), 0, 1)[:, 0:R]
            z = pl.assemble(z, pl.col_sum(t), [0, 40 * i])
            z = pl.assemble(z, pl.col_max(t), [1, 40 * i])
            z = pl.assemble(z, pl.col_min(t), [2, 40 * i])
            a[2 * i : 2 * i + 1, :] = pl.transpose(pl.row_argmax(t), 0, 1)[:, 0:R]
            a[2 * i + 1 : 2 * i + 2, :] = pl.transpose(pl.row_argmin(t), 0, 1)[:, 0:R]


def build_specs():
    return [TensorSpec("x", [9, 40], torch.float32, init_value=torch.randn),
            TensorSpec("y", [15, 7], torch.float32, is_output=True),
            TensorSpec("z", [3, 200], torch.float32, is_output=True),
            TensorSpec("a", [10, 7], torch.int32, is_output=True)]


def golden_k(t):
    for i, c in enumerate(CUTS):
        x = t["x"][:R, :c]
        t["y"][3 * i] = x.sum(dim=1)
        t["y"][3 * i + 1] = x.amax(dim=1)
        t["y"][3 * i + 2] = x.amin(dim=1)
        t["z"][0, 40 * i : 40 * i + c] = x.sum(dim=0)
        t["z"][1, 40 * i : 40 * i + c] = x.amax(dim=0)
        t["z"][2, 40 * i : 40 * i + c] = x.amin(dim=0)
        t["a"][2 * i] = x.argmax(dim=1)
        t["a"][2 * i + 1] = x.argmin(dim=1)
