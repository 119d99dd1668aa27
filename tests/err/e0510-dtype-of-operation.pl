import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        i = pl.cast(x[:, :], pl.UINT8)
        t = pl.neg(i)  #~ error[E0510]: `pl.neg` takes signed numbers, found a tile of pl.UINT8
        u = pl.sin(pl.cast(x[:, :], pl.BF16))  #~ error[E0510]: `pl.sin` takes pl.FP32, found a tile of pl.BF16
        v = pl.and_(x[:, :], x[:, :])  #~ error[E0510]: `pl.and_` takes integers, found a tile of pl.FP32
        w = pl.matmul(pl.cast(i, pl.INT32), pl.cast(i, pl.INT32), b_trans=True)  #~ error[E0510]: found pl.INT32
        y = pl.assemble(y, t + u + v + w, [0, 0])
