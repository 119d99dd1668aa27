"""E0913: Only the inner loop's iterations meet; both variables are told, not the number of the task."""
# exit: 5
# run: --no-golden --threads=1
# run: --no-golden --threads=2 --passes=none
# run: --no-golden --threads=7
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(at: pl.Tensor[[2], pl.INT32], y: pl.InOut[pl.Tensor[[6, 8], pl.FP32]]):
    for b in pl.parallel(2, -1, -1):
        for i in pl.parallel(2):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="rows"):
                r = pl.min(pl.max(pl.read(at, [i]), 0), 1)
                y = pl.assemble(y, pl.full([1, 8], dtype=pl.FP32, value=1.0), [2 * b + r, 0])


def build_specs():
    return [TensorSpec("at", [2], torch.int32, init_value=1),
            TensorSpec("y", [6, 8], torch.float32, init_value=0.0, is_output=True)]
