# exit: 5
# run:
# run: --engine=interp
# run: --engine=cc
import pypto.language as pl
import torch
from golden import TensorSpec

LIMIT = 3


@pl.jit
def k(n: pl.Tensor[[4], pl.INT32]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.range(4):
            v = pl.read(n, [i])
            assert v < LIMIT, f"row {i + 1} has {v} of {LIMIT}, {v=}"


def build_tensor_specs():
    return [TensorSpec("n", [4], torch.int32, init_value=lambda: torch.tensor([0, 2, 3, 1]))]
