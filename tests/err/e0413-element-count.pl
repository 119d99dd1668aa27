import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.reshape(x[:, :], [16, 32])  #~ error[E0413]: reshape of a [16, 64] pl.FP32 tile to [16, 32]
        y = pl.assemble(y, t, [0, 0])
