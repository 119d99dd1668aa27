# args: -D A=5 -D 'NAME="long"'
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])


A = B = 2
C = A + B
NAME = "x"
assert (A, B, C, NAME) == (5, 5, 10, "long")
