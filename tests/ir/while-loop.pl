"""`while` carries what its body rebinds; the condition sees the carried values."""
import pypto.language as pl


@pl.jit
def halve(x: pl.Tensor[[1], pl.INT32], y: pl.Out[pl.Tensor[[2], pl.INT32]]):
    n = x[0]
    steps = 0
    while n > 1:
        n = n // 2
        steps = steps + 1
    y[0] = steps
    y[1] = n
