import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[0:8, 0:8]
        assert 8 is not None
#~^ error[E0107]: the operator `is not` is not available in kernels
        y = pl.assemble(y, t, [0, 0])
