import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        a = t.float()  #~ error[E0501]: has no method `float`  #~ help: `pl.cast(t, target_type=pl.FP32)`
        b = t.T  #~ error[E0311]: has no attribute `T`  #~ help: `pl.transpose(t, 0, 1)`
        c = t ** 2  #~ error[E0311]: `**` does not apply to tiles  #~ help: `pl.mul(t, t)`
        d = t ** 0.5  #~ error[E0311]: `**` does not apply to tiles  #~ help: `pl.sqrt(t)`
        e = t ** n  #~ error[E0311]: `**` does not apply to tiles  #~ help: `pl.exp(pl.mul(pl.log(t), n))`
        f = t.max(dim=-1)  #~ error[E0501]: has no method `max`  #~ help: `pl.row_max(t)` along rows, `pl.col_max(t)`
        y = pl.assemble(y, t, [0, 0])
