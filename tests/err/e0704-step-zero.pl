import pypto.language as pl


STEP = 0


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.range(0, 4, STEP):  #~ error[E0704]: the step of this loop is 0
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
