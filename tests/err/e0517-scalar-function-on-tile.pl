import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.max(x[:, :], 0.0)  #~ error[E0517]: `pl.max` takes scalars, found a [16, 64] pl.FP32 tile  #~ help: `pl.maximum(x[:, :], 0.0)`
        y = pl.assemble(y, t, [0, 0])
