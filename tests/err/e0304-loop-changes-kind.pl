import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = 0
        for i in pl.range(4):
            y = pl.assemble(y, pl.mul(x[:, :], t), [0, 0])
            t = pl.exp(x[:, :])  #~ error[E0304]: `t` is the constant 0 on one path and a [16, 64] pl.FP32 tile on another
