import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[0:8, 0:8]
        try:
#~^ error[E0107]: a `try` statement is not available in kernels
            t = pl.mul(t, 2.0)
        except ValueError:
            pass
        y = pl.assemble(y, t, [0, 0])
