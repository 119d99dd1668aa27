import pypto.language as pl


@pl.jit.extern  #~ error[E1203]: kernels with embedded C++ sources are not supported
def f(x: pl.Tensor[[16, 16], pl.FP32]):
    pass


@pl.jit.extern("kernel.cpp", lang="c++")  #~ error[E1203]: kernels with embedded C++ sources are not supported
def g(x: pl.Tensor[[16, 16], pl.FP32]):
    pass
