import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    flag: pl.Scalar[pl.BOOL],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        if flag:
            t = x[:, :]
        y = pl.assemble(y, t, [0, 0])  #~ error[E0305]: `t` may be unassigned here
