import pypto.language as pl


TILE = 24


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        pl.static_assert(x.shape[1] % TILE == 0)  #~ error[E0208]: assertion failed
        y = pl.assemble(y, x[:, :], [0, 0])
