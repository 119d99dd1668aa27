"""Calls: fresh locals, tensors by reference, several results, a bare `pl.Tensor`."""
import pypto.language as pl

N = pl.dynamic("N")


@pl.jit.inline
def split(t: pl.Tensor[[16, 64], pl.FP32], s: pl.Scalar[pl.FP32]):
    x = pl.mul(t, s)
    return pl.row_max(x), pl.row_sum(x)


@pl.jit.incore
def store_row(v: pl.Tensor[[16, 1], pl.FP32], out: pl.Out[pl.Tensor]):
    out = pl.assemble(out, v, [0, 0])
    return out


@pl.jit
def calls(x: pl.Tensor[[N, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 1], pl.FP32]], z: pl.Out[pl.Tensor[[16, 1], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="split"):
        a, b = split(pl.slice(x, [16, 64], [0, 0]), 0.5)
    y = store_row(a, y)
    store_row(b, out=z)
