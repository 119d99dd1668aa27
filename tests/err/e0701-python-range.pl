import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in range(4):  #~ error[E0701]: Python's `range` in a kernel  #~ help: `pl.range(4)`
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
        for i in x:  #~ error[E0701]: a loop of a kernel runs over `pl.range`
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
