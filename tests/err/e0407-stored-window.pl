import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[0:8, :] = x[:, :]  #~ error[E0407]: a value of shape [16, 64] is stored into a window of [8, 64]
        y[3, 0:64] = x[0:1, :]
        y[3, 0:64] = x[0:2, :]  #~ error[E0407]: a value of shape [2, 64] is stored into a window of [64]
