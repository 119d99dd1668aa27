import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for r in pl.range(0, 32, 8):
            t = pl.mul(x[0:8, :], 2.0)
            y = pl.assemble(y, t, [r, 0])  #~ error[E0412]: the store of `y` leaves axis 0  #~ help: `pl.set_validshape(t, pl.max(0, pl.min(8, 16 - r)), 64)`
        u = x[:, 0:32]
        y = pl.assemble(y, u, [4, 40])  #~ error[E0412]: the store of `y` leaves axis 0  #~ help: `pl.set_validshape(u, 12, 24)`
