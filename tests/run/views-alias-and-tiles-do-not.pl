# args: --rtol 0 --atol 0
"""In orchestration a slice is a view that sees later stores; in a core scope it is a snapshot."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.InOut[pl.Tensor[[6, 8], pl.FP32]], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    view = pl.slice(x, [2, 8], [2, 0])
    with pl.at(level=pl.Level.CORE_GROUP):
        snap = x[2:4, :]
        x = pl.assemble(x, pl.add(snap, 1.0), [2, 0])
        y[0:2, :] = snap
    with pl.at(level=pl.Level.CORE_GROUP):
        y[2:4, :] = view[:, :]
        view[0:1, 4:8] = pl.full([1, 4], dtype=pl.FP32, value=7)


def build_specs():
    return [TensorSpec("x", [6, 8], torch.float32, init_value=torch.randn, is_output=True),
            TensorSpec("y", [4, 8], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][0:2] = t["x"][2:4]
    t["x"][2:4] += 1.0
    t["y"][2:4] = t["x"][2:4]
    t["x"][2, 4:8] = 7.0
