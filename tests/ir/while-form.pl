"""`pl.while_` with explicit carried values, and `pl.yield_`."""
import pypto.language as pl


@pl.jit
def root(x: pl.Tensor[[1], pl.INT32], y: pl.Out[pl.Tensor[[1], pl.INT32]]):
    n = x[0]
    for (r, sq) in pl.while_(init_values=(0, 0)):
        pl.cond(sq <= n)
        r2 = r + 1
        last, _sq = pl.yield_(r2, r2 * r2)
    y[0] = last - 1
