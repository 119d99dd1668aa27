# args: --rtol 0 --atol 0
"""concat of a full tile and one with fewer valid columns."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[5, 7], pl.FP32], u: pl.Tensor[[5, 9], pl.FP32], y: pl.Out[pl.Tensor[[5, 16], pl.FP32]],
      z: pl.Out[pl.Tensor[[5, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        y = pl.assemble(y, pl.concat(x[:, :], u[:, :]), [0, 0])
        part = pl.slice(u, [5, 9], [0, 0], valid_shape=[5, 4])
        z = pl.assemble(z, pl.concat(x[:, :], part), [0, 0])


def build_specs():
    return [TensorSpec("x", [5, 7], torch.float32, init_value=torch.randn),
            TensorSpec("u", [5, 9], torch.float32, init_value=torch.randn),
            TensorSpec("y", [5, 16], torch.float32, is_output=True),
            TensorSpec("z", [5, 16], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = torch.cat([t["x"], t["u"]], dim=1)
    t["z"][:, :11] = t["y"][:, :11]
