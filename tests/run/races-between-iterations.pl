"""E0913: Two iterations store the same rows, which only running shows."""
# exit: 5
# run: --no-golden --engine=jit --threads=2
# run: --no-golden --engine=jit --passes=none
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], i: pl.Tensor[[4], pl.INT32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    for r in pl.parallel(4):
        at = pl.min(pl.read(i, [r]), 2) if r % 2 == 0 else n
        with pl.at(level=pl.Level.CORE_GROUP):
            y = pl.assemble(y, x[r : r + 1, :], [pl.max(at, n), 0])


def build_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
            TensorSpec("i", [4], torch.int32, init_value=torch.tensor([3, 0, -1, 2000000000])),
            ScalarSpec("n", torch.int32, 1),
            TensorSpec("y", [4, 8], torch.float32, is_output=True)]
