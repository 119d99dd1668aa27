import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE):  #~ error[E0501]: `pl.Level.CORE` does not exist  #~ help: did you mean `CORE_GROUP`?
        y[:, :] = x
