"""A sum whose steps do not change a bit, and two constants that change more."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = 64
STEP = 8
SCALE = 2

assert N % STEP == 0, f"{STEP=} must divide {N=}"


@pl.jit
def twice(x: pl.Tensor[[N, N], pl.FP32], y: pl.Out[pl.Tensor[[N, N], pl.FP32]]):
    for r0 in pl.parallel(0, N, STEP):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="twice"):
            y = pl.assemble(y, pl.mul(x[r0 : r0 + STEP, :], SCALE), [r0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [N, N], torch.float32, init_value=torch.randn),
        TensorSpec("y", [N, N], torch.float32, is_output=True),
    ]


def golden_twice(t):
    t["y"][:] = t["x"] * SCALE
