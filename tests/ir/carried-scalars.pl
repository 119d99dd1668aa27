"""Scalars carried by loops: an integer constant becomes INDEX, a float FP32."""
import pypto.language as pl


@pl.jit
def carried(x: pl.Tensor[[64], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[2], pl.FP32]], k: pl.Out[pl.Tensor[[1], pl.INT32]]):
    count = 0
    total = 0.0
    for i in pl.range(n):
        total = total + pl.read(x, [i])
        if total > 10.0:
            count = count + 1
    pl.write(y, [0], total)
    y[1] = total * 2.0
    k[0] = count
