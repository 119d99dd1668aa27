import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        acc = pl.full([64, 16], dtype=pl.FP32, value=0.0)
        a = pl.gather_row(acc, 3, [0, 0], [0, 0], [1, 16])  #~ error[E0311]: expected a tensor, found the constant 3
        b = pl.gather_row(acc, x, 0, [0, 0], [1, 16])  #~ error[E0311]: the offsets are a list, found the constant 0  #~ help: `[0]`
        c = pl.gather_row(acc, pl.reshape(x[:, :], [2, 8, 64]), [0, 0, 0], [0, 0, 0], [1, 8, 64], transpose=True)  #~ error[E0507]: `transpose=True` needs a window of rank 2
        d = pl.gather_row(acc, x, [0, 0], [0, 0], [16, 64], transpose=2)  #~ error[E0306]: `transpose` must be True or False, found the constant 2
        e = pl.gather_row(acc, x, [0, 0], [0, 0], [16, 64])  #~ error[E0412]: the store of `acc` leaves axis 1: offset 0, extent 64, size 16  #~ help: store `pl.set_validshape(t, 16, 16)`, of which only what fits is valid
        y[:, :] = x[:, :]
