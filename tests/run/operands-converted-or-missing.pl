"""Elementary functions of integer tiles are those of their values in FP32; a broadcast row that is not valid is zeros."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    i: pl.Tensor[[16, 32], pl.INT32],
    x: pl.Tensor[[16, 32], pl.FP32],
    roots: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
    parts: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
    there: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
    missing: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
):
    n = pl.read(i, [0, 3])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        roots[:, :] = pl.sqrt(pl.mul(i[:, :], i[:, :]))
        parts[:, :] = pl.recip(pl.cast(pl.add(i[:, :], 1), pl.UINT8))
        a = pl.slice(x, [1, 32], [1, 0], valid_shape=[pl.max(0, pl.min(1, n - 2)), 32])
        there[:, :] = pl.add(a, x[:, :])
        b = pl.slice(x, [1, 32], [1, 0], valid_shape=[pl.max(0, pl.min(1, n - 3)), 32])
        missing[:, :] = pl.add(b, x[:, :])


def build_tensor_specs():
    def iota():
        return torch.arange(16 * 32, dtype=torch.int32).reshape(16, 32) % 37

    return [
        TensorSpec("i", [16, 32], torch.int32, init_value=iota),
        TensorSpec("x", [16, 32], torch.float32, init_value=lambda: iota().float() + 1),
        TensorSpec("roots", [16, 32], torch.float32, is_output=True),
        TensorSpec("parts", [16, 32], torch.float32, is_output=True),
        TensorSpec("there", [16, 32], torch.float32, is_output=True),
        TensorSpec("missing", [16, 32], torch.float32, is_output=True),
    ]


def golden_k(t):
    i, x = t["i"], t["x"]
    t["roots"][:] = i.float()
    t["parts"][:] = 1 / (i.float() + 1)
    t["there"][:] = x[1] + x
    t["missing"][:] = x
