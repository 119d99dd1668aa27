"""pl.write(x=t, ...) and pl.assemble(dst=t, ...) update the variable as pl.write(t, ...) does."""
import pypto.language as pl
import torch
from golden import TensorSpec

# run: --golden
# run: --golden --engine=interp


@pl.jit
def k(y: pl.Out[pl.Tensor[[2, 4], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = pl.full([2, 4], dtype=pl.FP32, value=0.0)
        for i in pl.range(4):
            pl.write(index=[0, i], value=1.5, x=t)
        pl.tile.write(x=t, index=[1, 0], value=2.0)
        pl.assemble(off=[1, 1], dst=t, src=pl.full([1, 2], dtype=pl.FP32, value=3.0))
        y[:, :] = t


def build_specs():
    return [TensorSpec("y", [2, 4], torch.float32, is_output=True)]


def golden_k(g):
    g["y"][:] = torch.tensor([[1.5] * 4, [2.0, 3.0, 3.0, 0.0]])
