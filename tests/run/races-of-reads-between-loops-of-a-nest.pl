"""E0913: What stands between the loops of a nest belongs to the iteration of the source, too, not to a numbered task."""
# exit: 5
# run: --no-golden --threads=1
# run: --no-golden --threads=2 --passes=none
# run: --no-golden --threads=7
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(at: pl.Tensor[[5], pl.INT32], y: pl.InOut[pl.Tensor[[8, 8], pl.INT32]]):
    for i in pl.parallel(1, 5):
        v = pl.read(y, [i, 0])
        for j in pl.parallel(1):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="put"):
                r = pl.min(pl.max(pl.read(at, [i]), 1), 3)
                y = pl.assemble(y, pl.expands(pl.full([1, 2], dtype=pl.INT32, value=0), v), [i + r, j])


def build_specs():
    return [TensorSpec("at", [5], torch.int32, init_value=1),
            TensorSpec("y", [8, 8], torch.int32, init_value=0, is_output=True)]
