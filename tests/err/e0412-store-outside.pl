import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.mul(x[:, :], 2.0), [9, 0])  #~ error[E0412]: leaves axis 0: offset 9  #~ help: the indices of axis 0 are 0 to 3
