# args: --rtol 0 --atol 0
"""gather picks, scatter puts; the last write of a row wins."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[6, 10], pl.FP32], i: pl.Tensor[[6, 4], pl.INT32], s: pl.Tensor[[6, 4], pl.FP32],
      g: pl.Out[pl.Tensor[[6, 4], pl.FP32]], y: pl.Out[pl.Tensor[[6, 10], pl.FP32]], h: pl.Out[pl.Tensor[[6, 4], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        g = pl.assemble(g, pl.gather(x[:, :], dim=-1, index=i[:, :]), [0, 0])
        y = pl.assemble(y, pl.scatter(x[:, :], dim=-1, index=i[:, :], src=s[:, :]), [0, 0])
        some = pl.slice(i, [6, 4], [0, 0], valid_shape=[3, 2])
        h = pl.assemble(h, pl.gather(x[:, :], dim=-1, index=some), [0, 0])


def build_specs():
    return [TensorSpec("x", [6, 10], torch.float32, init_value=torch.randn),
            TensorSpec("i", [6, 4], torch.int32, init_value=lambda: torch.randint(0, 10, (6, 4))),
            TensorSpec("s", [6, 4], torch.float32, init_value=torch.randn),
            TensorSpec("g", [6, 4], torch.float32, is_output=True),
            TensorSpec("y", [6, 10], torch.float32, is_output=True),
            TensorSpec("h", [6, 4], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = t["x"]
    for r in range(6):
        for c in range(4):
            j = int(t["i"][r, c])
            t["g"][r, c] = t["x"][r, j]
            t["y"][r, j] = t["s"][r, c]
    t["h"][:3, :2] = t["g"][:3, :2]
