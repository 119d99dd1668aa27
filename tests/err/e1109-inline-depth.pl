# args: --limit inline-depth=2
import pypto.language as pl


@pl.jit.inline
def one(t: pl.Tensor[[16, 64], pl.FP32]):
    return pl.exp(t)


@pl.jit.inline
def two(t: pl.Tensor[[16, 64], pl.FP32]):
    return one(t)  #~ error[E1109]: inline-depth


@pl.jit.inline
def three(t: pl.Tensor[[16, 64], pl.FP32]):
    return two(t)


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, three(x), [0, 0])
