"""E0908: a float of 2 ** 63 fits no integer, and the message says so."""
# exit: 5
# run: --no-golden --engine=jit
# run: --no-golden --engine=interp
# run: --no-golden --passes=none
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(a: pl.Scalar[pl.INT64], n: pl.Scalar[pl.INT64], y: pl.Out[pl.Tensor[[1], pl.INT64]]):
    y[0] = pl.cast(pl.cast(a, pl.FP32) + pl.cast(n, pl.FP32), pl.INT64)


def build_specs():
    return [ScalarSpec("a", torch.int64, 9223372036854775807), ScalarSpec("n", torch.int64, 64),
            TensorSpec("y", [1], torch.int64, is_output=True)]
