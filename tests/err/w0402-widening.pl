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
        u = pl.set_validshape(t, m, 64)  #~ warning[W0402]: `pl.set_validshape` may widen the valid extent of axis 0 from n to m
        y = pl.assemble(y, u, [0, 0])
