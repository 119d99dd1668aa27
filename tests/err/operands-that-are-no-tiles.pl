import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        a = pl.add(1, 2)  #~ error[E0311]: expected a tile on one side at least, found the constant 1
        b = pl.add("a", t)  #~ error[E0311]: expected a tile or a number, found a string
        c = pl.add(t, "a")  #~ error[E0311]: expected a tile or a number, found a string
        d = pl.exp(1.0)  #~ error[E0311]: `pl.exp` needs a tile here, found the constant 1.0
        e = pl.cast("a", pl.INT32)  #~ error[E0311]: expected a tile or a scalar, found a string
        f = pl.cast(t, pl.BF16, mode="rond")  #~ error[E0511]: unknown cast mode "rond"  #~ help: did you mean "round"?
        g = pl.cast(t, pl.BF16, mode="x")  #~ error[E0511]: unknown cast mode "x"  #~ help: one of none, rint, round, floor, ceil, trunc, odd
        h = pl.cast(300, pl.INT8)  #~ error[E0505]: 300 does not fit pl.INT8
        k = pl.cast(3.5, pl.INT32, mode="rint")  #~ error[E0511]: casts of scalars have the default mode only
        l = pl.add(t, (1, 2))  #~ error[E0311]: expected a tile or a number, found a tuple of 2
        y[:, :] = t
