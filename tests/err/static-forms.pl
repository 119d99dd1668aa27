import pypto.language as pl

N = 4


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    n: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    pl.static_assert(N == 4, f"never told: {n:q}")
    pl.static_assert(N > 4, f"N is {N:03d}, {N=}, {N!r:>3}, shape {x.shape}, {n}")  #~ error[E0208]: assertion failed: N is 004, N=4,   4, shape (16, 64), {n: a pl.INT32 scalar}
    pl.static_assert(n > 4)  #~ error[E0306]: `pl.static_assert` needs a compile-time constant
    pl.static_assert(N > 5, f"{N:q}")  #~ error[E0306]: this value cannot be formatted
    z = pl.range(4)  #~ error[E0107]: `pl.range` is no value  #~ help: `for i in pl.range(4):`
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, x[:, :], [0, 0])
