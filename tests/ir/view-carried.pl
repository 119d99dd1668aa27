"""Views of different strides meet: dims and strides are carried."""
import pypto.language as pl


@pl.jit
def pick(x: pl.Tensor[[64, 64], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    v = pl.slice(x, [16, 16], [0, 0])
    if n > 3:
        v = pl.transpose(pl.slice(x, [16, 16], [16, 0]), 0, 1)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
        y = pl.assemble(y, v, [0, 0])
