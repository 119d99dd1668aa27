import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[64, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[64, 64], pl.FP32]],
):
    for i in pl.parallel(0, 4):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y = pl.assemble(y, x[0:16, :], [0, 0])  #~ error[E0710]: iterations of this parallel loop conflict
