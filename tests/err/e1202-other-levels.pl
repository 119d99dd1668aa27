import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.HOST, name_hint="k"):  #~ error[E1202]: only `pl.Level.CORE_GROUP` is supported
        y = pl.assemble(y, x[:, :], [0, 0])
