import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[N, N], pl.FP32], y: pl.Out[pl.Tensor[[N, N], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])

from _host_lib import COLUMNS

N = 16
half = COLUMNS // 2
assert half == N
