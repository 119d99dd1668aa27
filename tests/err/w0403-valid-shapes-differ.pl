# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
    m: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.set_validshape(x[:, :], n, 64)
        u = pl.set_validshape(x[:, :], m, 64)
        y = pl.assemble(y, pl.add(t, u), [0, 0])  #~ warning[W0403]: the valid shapes of the operands differ: [n, 64] and [m, 64]
