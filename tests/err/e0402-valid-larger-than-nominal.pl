import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.set_validshape(x[:, :], 17, 64)  #~ error[E0402]: the valid extent 17 is larger than the extent 16
        u = pl.slice(x, [8, 64], [0, 0], valid_shape=[9, 64])  #~ error[E0402]: the valid extent 9 is larger than the extent 8
        y = pl.assemble(y, pl.add(t, u), [0, 0])
