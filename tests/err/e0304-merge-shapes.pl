import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    flag: pl.Scalar[pl.BOOL],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        if flag:
            t = x[0:8, :]  #~ error[E0304]: `t` is a [16, 64] pl.FP32 tile on one path and a [8, 64] pl.FP32 tile on another
        y = pl.assemble(y, t, [0, 0])
