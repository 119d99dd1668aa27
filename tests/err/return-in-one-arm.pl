import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]], n: pl.Scalar[pl.INT32]):
    with pl.at(level=pl.Level.CORE_GROUP):
        y = pl.assemble(y, x[0:8, 0:8], [0, 0])
    if n > 0:
        return y
#~^ error[E0106]: `return` in one arm of an `if` only
