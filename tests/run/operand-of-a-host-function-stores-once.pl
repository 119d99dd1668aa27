"""The operand of a host function is looked at first: a call in it stores once all the same."""
import pypto.language as pl
import torch
from golden import TensorSpec

import math
@pl.jit.inline
def cfg(y: pl.Tensor):
    y = pl.assemble(y, pl.full([4], dtype=pl.INT32, value=1), [0], atomic=pl.AtomicType.Add)
    return 16
@pl.jit
def k(n: pl.Tensor[[4], pl.INT64], y: pl.Out[pl.Tensor[[4], pl.INT64]], z: pl.InOut[pl.Tensor[[4], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = math.sqrt(cfg(z))
        for i in pl.range(4):
            pl.write(y, [i], pl.cast(a, pl.INT64))

def build_tensor_specs():
    return [TensorSpec("n", [4], torch.int64, init_value=lambda: torch.tensor([0, 2, 3, 1])),TensorSpec("y", [4], torch.int64, is_output=True),TensorSpec("z", [4], torch.int32, is_output=True)]
def golden_k(t):
    t["y"][:] = 4
    t["z"][:] = 1
