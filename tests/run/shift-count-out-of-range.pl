"""E0907: a shift count is 0 to 63."""
# exit: 5
# run: --no-golden --engine=jit
# run: --no-golden --engine=interp
# run: --no-golden --passes=none
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(a: pl.Scalar[pl.INT64], n: pl.Scalar[pl.INT64], y: pl.Out[pl.Tensor[[1], pl.INT64]]):
    y[0] = a >> n


def build_specs():
    return [ScalarSpec("a", torch.int64, -5), ScalarSpec("n", torch.int64, 64),
            TensorSpec("y", [1], torch.int64, is_output=True)]
