"""Both lines, and a pair of iterations that is not next to each other."""
import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    t = pl.create_tensor([128, 64], dtype=pl.FP32)
    for i in pl.parallel(1, 9):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            t[i * 8 : i * 8 + 8, :] = x[i * 8 - 8 : i * 8, :]  #~ error[E0710]: they store and read the same elements of `t`  #~ note: for example `i` = 3 and `i` = 1
            y[i * 8 - 8 : i * 8, :] = t[i * 8 + 16 : i * 8 + 24, :]


@pl.jit
def chunked(x: pl.Tensor[[64, 64], pl.FP32], n: pl.Scalar[pl.INDEX], y: pl.Out[pl.Tensor[[65, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="c", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(0, n + 2, chunk=4):
            y[i : i + 1, :] = x[i : i + 1, :]
            y[i + 1 : i + 2, :] = x[i : i + 1, :]
        for i in pl.parallel(0, 8, chunk=4):
            y[i : i + 1, :] = x[i : i + 1, :]  #~ error[E0710]: they store the same elements of `y`
            y[i + 1 : i + 2, :] = x[i : i + 1, :]
