import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[4, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[8, 32], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.reshape(x, [-1, 32])  #~ error[E0410]: extent -1  #~ help: `[8, 32]`
        b = pl.reshape(x, [-1, 33])  #~ error[E0410]: extent -1 of axis 0: extents are positive
        y = pl.assemble(y, pl.reshape(x, [8, 32]), [0, 0])
