import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, 0:32]
        u = pl.add(x[:, :], t)  #~ error[E0405]: shapes [16, 64] and [16, 32] do not broadcast
        v = pl.add(x[:, :], pl.reshape(t, [512]))  #~ error[E0405]: shapes [16, 64] and [512] do not broadcast
        y = pl.assemble(y, pl.add(u, v), [0, 0])
