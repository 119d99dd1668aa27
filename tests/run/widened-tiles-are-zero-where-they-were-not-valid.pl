# args: --rtol 0 --atol 0 -Wno-W0402 -Wno-W0403 -Wno-W1002 -Wno-W1005
"""What `concat` and `expands` leave outside of their valid regions reads as 0, also when it becomes valid."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[8, 8], pl.FP32],
    y: pl.Out[pl.Tensor[[8, 16], pl.FP32]],
    z: pl.Out[pl.Tensor[[8, 8], pl.FP32]],
    w: pl.Out[pl.Tensor[[4], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = pl.slice(x, [8, 8], [0, 0], valid_shape=[3, 8])
        b = pl.slice(x, [8, 8], [0, 0], valid_shape=[6, 5])
        c = pl.concat(a, b)
        y[:, :] = pl.set_validshape(c, 8, 16)
        d = pl.expands(a, 7.0)
        z[:, :] = pl.set_validshape(d, 8, 8)
        pl.write(w, [0], pl.read(c, [4, 9]))
        pl.write(w, [1], pl.read(c, [2, 9]))
        pl.write(w, [2], pl.read(d, [5, 0]))
        pl.write(w, [3], pl.read(d, [2, 0]))


def build_specs():
    f = torch.float32
    return [
        TensorSpec("x", [8, 8], f, init_value=torch.rand),
        TensorSpec("y", [8, 16], f, is_output=True),
        TensorSpec("z", [8, 8], f, is_output=True),
        TensorSpec("w", [4], f, is_output=True),
    ]


def golden_k(t):
    t["y"][0:3, 0:8] = t["x"][0:3, :]
    t["y"][0:3, 8:13] = t["x"][0:3, 0:5]
    t["z"][0:3, :] = 7.0
    t["w"][1] = t["x"][2, 1]
    t["w"][3] = 7.0
