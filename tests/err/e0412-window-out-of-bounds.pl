import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for r0 in pl.range(0, 16, 12):
            y = pl.assemble(y, x[r0 : r0 + 12, :], [r0, 0])  #~ error[E0412]: the load of `x` leaves axis 0: offset up to 12, extent 12, size 16
        t = pl.read(x, [0, 64])  #~ error[E0412]: the read of `x` leaves axis 1: offset 64, extent 1, size 64
        y = pl.assemble(y, pl.mul(x[:, :], t), [1, 0])  #~ error[E0412]: the store of `y` leaves axis 0: offset 1, extent 16, size 16
