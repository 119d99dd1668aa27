import pypto.language as pl


ROWS = pl.dynamic("ROWS")


@pl.jit
def kernel(
    x: pl.Tensor[[ROWS, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.exp(x), [0, 0])  #~ error[E0409]: `x` is loaded whole, but axis 0 is known only at run time  #~ help: slice it
