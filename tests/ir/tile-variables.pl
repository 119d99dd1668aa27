"""Tiles are values: a store into one updates the variable only."""
import pypto.language as pl


@pl.jit
def update(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="update"):
        t = x[:, :]
        before = t
        t[0:8, 0:16] = pl.full([8, 16], dtype=pl.FP32, value=1.0)
        t[9, 0:64] = pl.reshape(pl.full([1, 64], dtype=pl.FP32, value=2.0), [64])
        pl.write(t, [0, 1], 3.0)
        t[0, 2] = 4.0
        y = pl.assemble(y, pl.sub(t, before), [0, 0])
