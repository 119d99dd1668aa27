import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="inner"):  #~ error[E0602]: a core scope inside a core scope
            y = pl.assemble(y, x[:, :], [0, 0])
