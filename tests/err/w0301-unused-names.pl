# exit: 1
import pypto.language as pl


@pl.jit.inline
def twice(t: pl.Tensor[[16, 64], pl.FP32], _s: pl.Scalar[pl.FP32], n: pl.Scalar[pl.INT32]):  #~ warning[W0301]: the parameter `n` is never used
    return pl.add(t, t)


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = twice(x, 1.0, 2)
        u = pl.exp(t)  #~ warning[W0301]: the variable `u` is never used
        for i in pl.range(2):
            y = pl.assemble(y, twice(t, 1.0, 3), [0, 0])
