import pypto.language as pl


SCALE = {"a": 1.0}


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.mul(x[:, :], SCALE)  #~ error[E0206]: a kernel cannot use it as a constant
        y = pl.assemble(y, t, [0, 0])
