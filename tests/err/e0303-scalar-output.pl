import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], n: pl.Out[pl.Scalar[pl.INT32]]):  #~ error[E0303]: the scalar `n` cannot be an output
    n = pl.tensor.dim(x, 0)
