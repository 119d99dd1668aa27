"""Operators on tiles and scalars, both orders, 16-bit scalars, integer tiles."""
import pypto.language as pl


@pl.jit
def ops(x: pl.Tensor[[16, 64], pl.FP32], i: pl.Tensor[[16, 64], pl.INT32], h: pl.Tensor[[1], pl.BF16], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]], j: pl.Out[pl.Tensor[[16, 64], pl.INT32]]):
    s = pl.read(h, [0]) * 3 + 1.0
    f = pl.cast(s, pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="ops"):
        t = x[:, :]
        y = pl.assemble(y, (2.0 - t) / f * -t + 1, [0, 0])
        u = i[:, :]
        j = pl.assemble(j, pl.maximum(u * 3, 5) - u, [0, 0])
