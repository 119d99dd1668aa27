import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        n = max(1, 2)  #~ error[E0301]: unknown name `max`  #~ help: use `pl.max`
        y = pl.assemble(y, pl.mul(x[:, :], n), [0, 0])
