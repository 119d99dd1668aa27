import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        n = pl.read(i, [0, 0])
        if n > 3:
            pass
        else:
            t = x[:, :]
        y[:, :] = t  #~ error[E0305]: `t` may be unassigned here  #~ help: assign `t` before line 12
