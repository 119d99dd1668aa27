import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    s: pl.Scalar[pl.FP32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.full([16, 64], dtype=pl.FP32, value=s)  #~ error[E0504]: the value must be a compile-time number  #~ help: pl.expands
        u = pl.cmp(x, x, cmp_type="less")  #~ error[E0504]: unknown comparison "less"
        y = pl.assemble(y, t + u, [0, 0])
