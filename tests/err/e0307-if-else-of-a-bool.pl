"""A conditional expression is named as one, not as the operator of a sum."""
import pypto.language as pl


@pl.jit
def kernel(n: pl.Scalar[pl.INT32], f: pl.Scalar[pl.FP32], y: pl.Out[pl.Tensor[[4], pl.FP32]]):
    y[0] = f if f > 1 else f > 2  #~ error[E0307]: `if else` of a float and a BOOL
    y[1] = n if f > 1 else True  #~ error[E0307]: `if else` of an integer and a BOOL
