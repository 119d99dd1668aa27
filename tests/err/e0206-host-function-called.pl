import pypto.language as pl


def scale(n):
    return 1.0 / n


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.mul(x[:, :], scale(3))  #~ error[E0206]: `scale` is a host function
        y = pl.assemble(y, t, [0, 0])
