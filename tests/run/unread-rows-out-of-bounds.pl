"""E0904: Two rows of a window lie outside of the tensor, though nobody reads them."""
# exit: 5
# run: --no-golden --engine=jit
# run: --no-golden --engine=interp
# run: --no-golden --fusion=off
# run: --no-golden --engine=jit -D STORES=True
# run: --no-golden --engine=interp -D STORES=True
import pypto.language as pl
import torch
from golden import TensorSpec

STORES = False


@pl.jit
def k(x: pl.Tensor[[6, 16], pl.FP32], i: pl.Tensor[[1], pl.INT32], y: pl.Out[pl.Tensor[[4, 16], pl.FP32]]):
    at = pl.read(i, [0]) * 8
    held = pl.create_tensor([6, 16], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="first"):
        if STORES:
            held = pl.assemble(held, pl.full([8, 16], dtype=pl.FP32, value=1.0) + 1.0, [at, 0])
        else:
            held = pl.assemble(held, x[at : at + 8, :][0:6, :] + 1.0, [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="second"):
        y = pl.assemble(y, held[0:4, :] * 2.0, [0, 0])


def build_specs():
    return [TensorSpec("x", [6, 16], torch.float32, init_value=torch.randn),
            TensorSpec("i", [1], torch.int32, init_value=torch.tensor([0])),
            TensorSpec("y", [4, 16], torch.float32, is_output=True)]
