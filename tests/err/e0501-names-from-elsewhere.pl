import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        a = pl.tanh(t)  #~ error[E0501]: `pl.tanh` does not exist  #~ help: pl.exp(pl.mul(t, 2.0))
        b = pl.softmax(t)  #~ error[E0501]: `pl.softmax` does not exist  #~ help: pl.row_expand_sub(t, pl.row_max(t))
        c = pl.sigmoid(t)  #~ error[E0501]: `pl.sigmoid` does not exist  #~ help: `pl.recip(pl.add(pl.exp(pl.neg(t)), 1.0))`
        d = pl.where(t, t, t)  #~ error[E0501]: `pl.where` does not exist  #~ help: pl.cmp
        e = pl.zeros([16, 64])  #~ error[E0501]: `pl.zeros` does not exist  #~ help: pl.full
        f = pl.sum(t)  #~ error[E0501]: `pl.sum` does not exist  #~ help: `pl.row_sum(t)` along rows, `pl.col_sum(t)`
        g = pl.cast(t, pl.float32)  #~ error[E0501]: `pl.float32` does not exist  #~ help: `pl.FP32`
        h = pl.gelu(t)  #~ error[E0501]: `pl.gelu` does not exist  #~ help: pl.mul(pl.add(t, pl.mul(pl.mul(pl.mul(t, t), t), 0.044715)), -1.5957691)
        y = pl.assemble(y, t, [0, 0])
