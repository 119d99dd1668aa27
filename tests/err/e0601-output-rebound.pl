import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.exp(x[:, :])  #~ error[E0601]: the output `y` is rebound to a [16, 64] pl.FP32 tile and never stored into  #~ help: `y = pl.assemble(y, ..., [0, 0])`
