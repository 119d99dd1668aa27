import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.full([n, 64], dtype=pl.FP32, value=0.0)  #~ error[E0410]: the extents of a tile are compile-time constants
        u = pl.full([0, 64], dtype=pl.FP32, value=0.0)  #~ error[E0410]: extent 0 of axis 0: extents are positive
        v = pl.full([1, 1, 1, 16, 64], dtype=pl.FP32, value=0.0)  #~ error[E0410]: a tile of rank 5; tiles have 1 to 4 axes
        w = x[8:4, :]  #~ error[E0410]: the extent of `8:4` is -4
        y = pl.assemble(y, t + u + v + w, [0, 0])
