"""Integer to integer saturates, integer to float rounds to even."""
import pypto.language as pl
import torch
from golden import TensorSpec

X = [0, 127, 128, -128, -129, 255, 256, -1, 32767, 32768, 65536, 16777217, -16777219, 2147483647, -2147483648, 40000]


@pl.jit
def k(x: pl.Tensor[[1, 16], pl.INT32], a: pl.Out[pl.Tensor[[1, 16], pl.INT8]], b: pl.Out[pl.Tensor[[1, 16], pl.UINT8]],
      c: pl.Out[pl.Tensor[[1, 16], pl.INT64]], d: pl.Out[pl.Tensor[[1, 16], pl.FP32]], e: pl.Out[pl.Tensor[[1, 16], pl.INT16]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :]
        a[:, :] = pl.cast(t, target_type=pl.INT8)
        b[:, :] = pl.cast(t, target_type=pl.UINT8)
        c[:, :] = pl.mul(pl.cast(t, target_type=pl.INT64), 3)
        d[:, :] = pl.cast(t, target_type=pl.FP32)
        e[:, :] = pl.cast(t, target_type=pl.INT16)


def build_specs():
    return [TensorSpec("x", [1, 16], torch.int32, init_value=torch.tensor([X]))] + [
        TensorSpec(n, [1, 16], d, is_output=True)
        for n, d in (("a", torch.int8), ("b", torch.uint8), ("c", torch.int64), ("d", torch.float32), ("e", torch.int16))]


def golden_k(t):
    x = t["x"]
    for n, lo, hi in (("a", -128, 127), ("b", 0, 255), ("e", -32768, 32767)):
        for j, v in enumerate(X):
            t[n][0, j] = max(lo, min(hi, v))
    t["c"][:] = x.to(torch.int64) * 3
    t["d"][:] = x.float()
