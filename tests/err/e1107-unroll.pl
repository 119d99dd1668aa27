import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.unroll(5000):  #~ error[E1107]: unroll
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
