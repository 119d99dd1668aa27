import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        tile = x[:, :]
        y = pl.assemble(y, pl.exp(tyle), [0, 0])  #~ error[E0301]: unknown name `tyle`  #~ help: did you mean `tile`
