import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]], n: pl.Scalar[pl.INT32] = 1):
#~^ error[E0105]: the kernel parameter `n` has a default value
    with pl.at(level=pl.Level.CORE_GROUP):
        y = pl.assemble(y, pl.mul(x[0:8, 0:8], 2.0), [n, 0])
