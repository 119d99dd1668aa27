"""A constant becomes what the same number in memory becomes: ends of 64 bits, one
rounding to a float dtype, ties away from zero."""
import pypto.language as pl
import torch
from golden import TensorSpec

# just above the middle of two FP32, two BF16 numbers; the nearest double is the middle
# run: --golden --rtol 0 --atol 0
# run: --golden --rtol 0 --atol 0 --engine=interp
F = 2**53 + 2**29 + 1
B = 2**53 + 2**45 + 1
I = [9223372036854775807, -9223372036854775807 - 1, 9223372036854775800, 1]


@pl.jit.inline
def as_fp32(f: pl.Scalar[pl.FP32]):
    return f


@pl.jit
def k(
    x: pl.Tensor[[4], pl.INT64],
    i: pl.Out[pl.Tensor[[8], pl.INT64]],
    f: pl.Out[pl.Tensor[[6], pl.FP32]],
    b: pl.Out[pl.Tensor[[2], pl.BF16]],
):
    pl.write(i, [0], pl.cast(I[0], pl.INT64))
    pl.write(i, [1], pl.cast(I[1], pl.INT64))
    pl.write(i, [2], pl.cast(I[2], pl.INT64))
    pl.write(i, [3], pl.cast(-9223372036854775808.0, pl.INT64))
    pl.write(i, [4], pl.cast(9223372036854774784.0, pl.INT64))
    pl.write(i, [5], pl.cast(0.49999999999999994, pl.INT64))
    pl.write(i, [6], pl.cast(-2.5, pl.INT64))
    pl.write(i, [7], pl.cast(4503599627370497.0, pl.INT64))
    one = pl.cast(pl.read(x, [3]), pl.FP32)
    pl.write(f, [0], pl.cast(F, pl.FP32))
    pl.write(f, [1], as_fp32(F))
    pl.write(f, [2], one * F)
    pl.write(f, [3], F if pl.read(x, [3]) == 1 else one)
    v = one
    if pl.read(x, [3]) == 1:
        v = F
    pl.write(f, [4], v)
    pl.write(f, [5], pl.const(F, pl.FP32))
    pl.write(b, [0], pl.cast(B, pl.BF16))
    with pl.at(level=pl.Level.CORE_GROUP):
        b[1:2] = pl.full([1], dtype=pl.BF16, value=B)


def build_specs():
    return [TensorSpec("x", [4], torch.int64, init_value=torch.tensor(I)),
            TensorSpec("i", [8], torch.int64, is_output=True),
            TensorSpec("f", [6], torch.float32, is_output=True),
            TensorSpec("b", [2], torch.bfloat16, is_output=True)]


def golden_k(t):
    t["i"][:] = torch.tensor(I[:2] + [I[2], I[1], 9223372036854774784, 0, -3, 4503599627370497])
    t["f"][:] = 2.0**53 + 2.0**30
    t["b"][:] = 2.0**53 + 2.0**46
