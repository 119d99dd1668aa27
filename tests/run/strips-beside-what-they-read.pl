"""A window that is stored where it is read, one that is stored a row further, and one that is read after its store."""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 33
COLS = 1000


@pl.jit
def k(x: pl.InOut[pl.Tensor[[ROWS, COLS], pl.FP32]], y: pl.InOut[pl.Tensor[[ROWS, COLS], pl.FP32]],
      z: pl.InOut[pl.Tensor[[ROWS, COLS], pl.FP32]], o: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = x[0:ROWS, 0:COLS]
        x = pl.assemble(x, pl.add(pl.mul(a, 2.0), a), [0, 0])
        b = y[0 : ROWS - 1, 0:COLS]
        y = pl.assemble(y, pl.add(pl.mul(b, 2.0), 1.0), [1, 0])
        c = z[0:ROWS, 0:COLS]
        z = pl.assemble(z, pl.add(pl.mul(c, 2.0), 1.0), [0, 0])
        d = z[ROWS - 1 : ROWS, 0:COLS]
        o = pl.assemble(o, pl.col_expand_mul(pl.neg(c), d), [0, 0])


def build_specs():
    return [TensorSpec("x", [ROWS, COLS], torch.float32, init_value=torch.randn, is_output=True),
            TensorSpec("y", [ROWS, COLS], torch.float32, init_value=torch.randn, is_output=True),
            TensorSpec("z", [ROWS, COLS], torch.float32, init_value=torch.randn, is_output=True),
            TensorSpec("o", [ROWS, COLS], torch.float32, is_output=True)]


def golden_k(t):
    z = t["z"].clone()
    t["x"][:] = t["x"] * 2.0 + t["x"]
    t["y"][1:] = t["y"].clone()[:-1] * 2.0 + 1.0
    t["z"][:] = z * 2.0 + 1.0
    t["o"][:] = -z * t["z"][ROWS - 1 :]
