"""`init_values` and `pl.yield_`: the names left of the yield hold the results."""
import pypto.language as pl


@pl.jit
def sums(x: pl.Tensor[[16, 256], pl.FP32], y: pl.Out[pl.Tensor[[16, 2], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="sums"):
        zero = pl.full([16, 1], dtype=pl.FP32, value=0.0)
        low = pl.full([16, 1], dtype=pl.FP32, value=-1.0)
        for k, (acc, top) in pl.range(4, init_values=(zero, low)):
            t = x[:, k * 64 : k * 64 + 64]
            total, best = pl.yield_(pl.add(acc, pl.row_sum(t)), pl.maximum(top, pl.row_max(t)))
        y = pl.assemble(y, total, [0, 0])
        y = pl.assemble(y, best, [0, 1])
