"""Names first assigned in a loop that surely runs, and the loop variable after it."""
import pypto.language as pl


@pl.jit
def last(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]], k: pl.Out[pl.Tensor[[1], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="last"):
        for r0 in pl.range(0, 64, 16):
            t = pl.exp(x[r0 : r0 + 16, :])
        y = pl.assemble(y, t, [0, 0])
    k[0] = r0
