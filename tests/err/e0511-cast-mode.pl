import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.cast(x[:, :], pl.INT32, mode="trunk")  #~ error[E0511]: unknown cast mode "trunk"  #~ help: did you mean "trunc"
        y = pl.assemble(y, pl.cast(t, pl.FP32), [0, 0])
