import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.max(x[:, :], 0.0)  #~ error[E0517]: `pl.max` takes scalars, found a [16, 64] pl.FP32 tile  #~ help: `pl.maximum(x[:, :], 0.0)`
        a = pl.max(x[:, :])  #~ error[E0517]: takes scalars  #~ help: or `pl.row_max` of one
        b = pl.min(x[:, :], dim=1)  #~ error[E0502]: `pl.min` takes no keyword `dim`  #~ help: `pl.row_min(x[:, :])` along rows
        y = pl.assemble(y, t, [0, 0])
