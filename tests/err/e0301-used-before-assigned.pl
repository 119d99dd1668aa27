import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.exp(t), [0, 0])  #~ error[E0301]: `t` is used before it is assigned
        t = x[:, :]
