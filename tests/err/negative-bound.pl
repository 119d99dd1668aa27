import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[0:-1, 0:8]
#~^ error[E0108]: a negative bound in a kernel subscript
        y = pl.assemble(y, t, [0, 0])
