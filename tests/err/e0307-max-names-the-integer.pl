import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def k(x: pl.Tensor[[ROWS, 4], pl.FP32], y: pl.Out[pl.Tensor[[4], pl.FP32]]):
    n = pl.tensor.dim(x, 0)
    v = pl.read(x, [0, 0])
    pl.write(y, [0], pl.max(2, n, v))  #~ error[E0307]: `pl.max` of an integer and a float
    #~^ help: `pl.cast(n, pl.FP32)`
    pl.write(y, [1], pl.min(v, 1, n))  #~ error[E0307]: `pl.min` of an integer and a float
    #~^ help: `pl.cast(n, pl.FP32)`
    pl.write(y, [2], pl.cast(ROWS, pl.FP32))  #~ error[E0312]: the operand cannot be the dynamic symbol `ROWS`
    #~^ help: `pl.tensor.dim(x, axis)`
    _v = pl.slice(x, [1, 4], [0, 0, 0, 0, 0, 0, 0])  #~ error[E0410]: the offsets have 7 entries
    pl.write(y, [3], pl.cast(None, pl.FP32))  #~ error[E0311]: a tile or a scalar
