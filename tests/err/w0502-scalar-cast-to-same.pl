# exit: 1
import pypto.language as pl


@pl.jit
def kernel(f: pl.Scalar[pl.FP32], n: pl.Scalar[pl.INT64], y: pl.Out[pl.Tensor[[8], pl.FP32]]):
    a = pl.cast(f, pl.FP32)  #~ warning[W0502]: `f` is pl.FP32 already
    for i in pl.range(8):
        y[i] = a + pl.cast(pl.cast(n, pl.INDEX) + pl.cast(i, pl.INDEX), pl.FP32)
