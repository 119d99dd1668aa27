import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(4, chunk=n):  #~ error[E0708]: a chunk must be a positive constant
            y[i * 16 : i * 16 + 16, :] = x[i * 16 : i * 16 + 16, :]
        for i in pl.parallel(4, chunk=0):  #~ error[E0708]: a chunk must be a positive constant
            y[i * 16 : i * 16 + 16, :] = x[i * 16 : i * 16 + 16, :]
