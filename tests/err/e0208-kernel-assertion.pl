import pypto.language as pl


N = 64
TILE = 24


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        assert N % TILE == 0, f"{TILE=} must divide {N=}"  #~ error[E0208]: assertion failed: TILE=24 must divide N=64
        y = pl.assemble(y, x[:, :], [0, 0])
