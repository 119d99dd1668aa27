import pypto.language as pl


@pl.jit.inline
def even(n: pl.Tensor[[16, 64], pl.FP32]):
    return odd(n)


@pl.jit.inline
def odd(n: pl.Tensor[[16, 64], pl.FP32]):
    return even(n)  #~ error[E0209]: the kernel `even` calls itself: even -> odd -> even


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, even(x[:, :]), [0, 0])
