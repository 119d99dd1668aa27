import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.set_validshape(x[:, :], n, 64)
        u = pl.reshape(t, [32, 32])  #~ error[E0403]: reshape to [32, 32] of a tile that is valid only in [n, 64] of [16, 64]  #~ help: pl.fillpad
        v = pl.reshape(t, [1, 16, 1, 64])
        y = pl.assemble(y, pl.reshape(pl.add(v, pl.reshape(u, [1, 16, 1, 64])), [16, 64]), [0, 0])
