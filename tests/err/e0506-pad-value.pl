import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.fillpad(x[:, :], pad_value=1.5)  #~ error[E0506]: `1.5` is no pad value
        y = pl.assemble(y, t, [0, 0])
