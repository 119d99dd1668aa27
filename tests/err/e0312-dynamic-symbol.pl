import pypto.language as pl


ROWS = pl.dynamic("ROWS")


@pl.jit
def kernel(
    x: pl.Tensor[[ROWS, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.range(ROWS):  #~ error[E0312]: the end of a loop cannot be the dynamic symbol `ROWS`
            y = pl.assemble(y, pl.mul(x[0:16, :], ROWS + 1), [0, 0])  #~ error[E0312]: arithmetic on the dynamic symbol `ROWS`
