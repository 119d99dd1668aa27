import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.INT32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.full([16, 64], dtype=pl.INT8, value=300)  #~ error[E0505]: 300 does not fit pl.INT8
        u = pl.add(x[:, :], 3000000000)  #~ error[E0505]: 3000000000 does not fit pl.INT32
        y = pl.assemble(y, u + pl.cast(t, pl.INT32), [0, 0])
