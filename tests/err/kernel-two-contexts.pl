import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]]):
    with pl.scope(), pl.at(level=pl.Level.CORE_GROUP):
#~^ error[E0107]: a `with` of several context managers is not available in kernels
        y = pl.assemble(y, x[0:8, 0:8], [0, 0])
