import pypto.language as pl


ZERO = 0


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n0: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        n = 4 // ZERO  #~ error[E0909]: division by zero in a constant expression
        m = n0 % ZERO  #~ error[E0909]: division by zero
        y = pl.assemble(y, pl.mul(x[:, :], n + m), [0, 0])
