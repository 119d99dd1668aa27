import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    i: pl.Tensor[[16, 64], pl.INT32],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.set_validshape(x[:, :], 16, n)
        u = pl.concat(t, x[:, :])  #~ error[E0404]: the left operand of `pl.concat` must have all its columns valid
        v = pl.gather(t, dim=-1, index=i[:, :])  #~ error[E0404]: `pl.gather` needs a fully valid operand; this one is valid only in [16, n] of [16, 64]
        y = pl.assemble(y, pl.add(u[:, 0:64], v), [0, 0])
