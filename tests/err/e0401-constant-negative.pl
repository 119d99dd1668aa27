import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.slice(x, [16, 64], [0, 0], valid_shape=[-1, 64])  #~ error[E0401]: the valid extent -1 is negative
        y = pl.assemble(y, t, [0, 0])
