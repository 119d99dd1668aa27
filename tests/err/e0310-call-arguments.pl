import pypto.language as pl


@pl.jit.inline
def scale(t: pl.Tensor[[16, 64], pl.FP32], s: pl.Scalar[pl.FP32]):
    return pl.mul(t, s)


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = scale(x)  #~ error[E0310]: the argument `s` of `scale` is missing
        b = scale(x, 2.0, 3.0)  #~ error[E0310]: too many arguments: `scale` takes 2
        c = scale(x, factor=2.0)  #~ error[E0310]: `scale` has no parameter `factor`
        d, e = scale(x, 2.0)  #~ error[E0310]: 2 names on the left, one value on the right
        f = pl.exp()  #~ error[E0310]: `pl.exp` lacks the argument `t`
        g = pl.exp(x, x)  #~ error[E0310]: too many arguments for `pl.exp`
        y = pl.assemble(y, a + b + c + d + e + f + g, [0, 0])
