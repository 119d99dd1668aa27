"""The way out names the integer operand."""
import pypto.language as pl


@pl.jit
def kernel(n: pl.Scalar[pl.INT32], f: pl.Scalar[pl.FP32], y: pl.Out[pl.Tensor[[4], pl.FP32]]):
    y[0] = pl.min(n, f)  #~ error[E0307]: `pl.min` of an integer and a float  #~ help: `pl.cast(n, pl.FP32)`
    y[1] = pl.max(f, 1, n + 2)  #~ error[E0307]: `pl.max` of an integer and a float  #~ help: `pl.cast(n + 2, pl.FP32)`
    y[2] = f if f > 1 else n  #~ error[E0307]: `if else` of a float and an integer  #~ help: `pl.cast(n, pl.FP32)`
    y[3] = n if f > 1 else f  #~ error[E0307]: `if else` of an integer and a float  #~ help: `pl.cast(n, pl.FP32)`
