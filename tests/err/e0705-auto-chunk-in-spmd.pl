import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    for b in pl.spmd(4, name_hint="k", optimizations=[pl.auto_chunk]):  #~ error[E0705]: `pl.auto_chunk` in `pl.spmd`
        y[b * 16 : b * 16 + 16, :] = x[b * 16 : b * 16 + 16, :]
