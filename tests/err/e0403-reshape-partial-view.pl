import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    n: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[32, 32], pl.FP32]],
):
    v = pl.slice(x, [16, 64], [0, 0], valid_shape=[n, 64])
    w = pl.reshape(v, [32, 32])  #~ error[E0403]: reshape to [32, 32] of a view that is valid only in [n, 64] of [16, 64]  #~ help: reshape before the slice
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, w[:, :], [0, 0])
