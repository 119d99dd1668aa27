# exit: 5
# run: -q
# run: -q --engine=cc --threads=1
# A race is told by the values of the loop's variable, not by counting iterations.
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(at: pl.Tensor[[40], pl.INT32], y: pl.Out[pl.Tensor[[1], pl.INT32]]):
    for step in pl.parallel(30, 10, -5):
        pl.write(y, [pl.read(at, [step])], 1)


def build_specs():
    return [TensorSpec("at", [40], torch.int32), TensorSpec("y", [1], torch.int32, is_output=True)]
