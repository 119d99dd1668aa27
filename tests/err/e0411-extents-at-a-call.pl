import pypto.language as pl


N = pl.dynamic("N")


@pl.jit.inline
def sum_rows(a: pl.Tensor[[N, 64], pl.FP32], b: pl.Tensor[[N, 64], pl.FP32]):
    return pl.add(a[0:8, :], b[0:8, :])


@pl.jit.inline
def fixed(a: pl.Tensor[[32, 64], pl.FP32]):
    return pl.exp(a)


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], z: pl.Tensor[[8, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = sum_rows(x, z)  #~ error[E0411]: axis 0 of `z` is 8, expected 16
        u = fixed(x)  #~ error[E0411]: axis 0 of `x` is 16, expected 32
        v = fixed(pl.row_max(x)[:, 0])  #~ error[E0411]: expected rank 2
        y = pl.assemble(y, t + u + v, [0, 0])
