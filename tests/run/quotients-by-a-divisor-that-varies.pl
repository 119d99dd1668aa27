"""E0913: v // d and v % d tell iterations apart only where all of them divide by the same d."""
# exit: 5
# run: --no-golden --threads=2
# run: --no-golden --passes=none
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[32, 32], pl.FP32]]):
    for i in pl.parallel(8):
        d = i + 2
        v = 2 * d + 1
        with pl.at(level=pl.Level.CORE_GROUP):
            y = pl.assemble(y, x[i : i + 1, :], [v // d, v % d * 8])


def build_specs():
    return [TensorSpec("x", [8, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [32, 32], torch.float32, is_output=True)]
