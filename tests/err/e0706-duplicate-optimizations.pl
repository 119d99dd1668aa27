import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="a", optimizations=[pl.auto_chunk, pl.auto_chunk]):  #~ error[E0706]: `pl.auto_chunk` is given twice
        y = pl.assemble(y, x[:, :], [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="b", optimizations=[pl.auto_chunk], optimization=pl.chunked_loop_optimizer):  #~ error[E0706]: `optimization` and `optimizations` together
        y = pl.assemble(y, x[:, :], [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="c", optimizations=[pl.fast]):  #~ error[E0706]: `pl.fast` is no optimization
        y = pl.assemble(y, x[:, :], [0, 0])
