import pypto.language as pl

SIZES = [1, 2, 3]


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        for s in SIZES:  #~ error[E0701]: a loop of a kernel  #~ help: `for i in pl.unroll(len(SIZES)):`, then `SIZES[i]`
            t = pl.mul(t, s)
        for i, s in enumerate(SIZES):  #~ error[E0701]: a loop of a kernel  #~ help: `for i in pl.unroll(len(SIZES)):`, then `SIZES[i]`
            t = pl.mul(t, s)
        y = pl.assemble(y, t, [0, 0])
