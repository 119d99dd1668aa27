"""E0903: a view of negative extent, however it is written and clamped, though nothing reads it."""
# exit: 5
# run: -q --no-golden --kernel=sliced
# run: -q --no-golden --kernel=sliced --engine=cc
# run: -q --no-golden --kernel=sliced --engine=interp
# run: -q --no-golden --kernel=sliced --passes=none
# run: -q --no-golden --kernel=clamped
# run: -q --no-golden --kernel=clamped --engine=interp
# run: -q --no-golden --kernel=bounded
# run: -q --no-golden --kernel=bounded --engine=interp
# run: -q --no-golden --kernel=subscript
# run: -q --no-golden --kernel=subscript --engine=interp
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec


@pl.jit
def sliced(x: pl.Tensor[[4, 8], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[1], pl.INT64]]):
    v = pl.slice(x, [n, 8], [0, 0])
    pl.write(y, [0], pl.dim(v, 0))


@pl.jit
def clamped(x: pl.Tensor[[4, 8], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[1], pl.INT64]]):
    v = pl.slice(x, [n, 8], [2, 0], clamp=True)
    pl.write(y, [0], pl.dim(v, 0))


@pl.jit
def bounded(x: pl.Tensor[[4, 8], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[1], pl.INT64]]):
    v = pl.slice(x, [pl.min(n, 4), 8], [0, 0])
    pl.write(y, [0], pl.dim(v, 0))


@pl.jit
def subscript(x: pl.Tensor[[4, 8], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[1], pl.INT64]]):
    v = x[1 : n + 4, :]
    pl.write(y, [0], pl.dim(v, 0))


def build_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
            ScalarSpec("n", torch.int32, -5),
            TensorSpec("y", [1], torch.int64, is_output=True)]
