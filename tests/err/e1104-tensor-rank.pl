import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[1, 1, 1, 1, 1, 2, 3], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):  #~ error[E1104]: a tensor of rank 7; tensors have 1 to 6 axes
    pl.write(y, [0, 0], pl.read(x, [0, 0, 0, 0, 0, 0, 0]))
