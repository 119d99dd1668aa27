import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.range(4):
            if i > 0:
                y = pl.assemble(y, last, [0, 0])  #~ error[E0305]: `last` may be unassigned here
            last = pl.mul(x[:, :], i)
