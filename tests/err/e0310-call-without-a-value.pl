import pypto.language as pl


@pl.jit.inline
def f(y: pl.Tensor[[4], pl.FP32]):
    pl.write(y, [0], 1.0)


@pl.jit
def k(y: pl.Out[pl.Tensor[[4], pl.FP32]]):
    a = f(y)  #~ error[E0310]: this call returns nothing
    b: pl.Tensor = f(y)  #~ error[E0310]: this call returns nothing
    pl.write(y, [1], pl.read(a, [0]))
    pl.write(y, [2], pl.read(b, [0]))
