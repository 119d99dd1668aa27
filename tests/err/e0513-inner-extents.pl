import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    w: pl.Tensor[[32, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.matmul(x[:, :], w[:, :])  #~ error[E0513]: the inner extents of `pl.matmul` differ: lhs K=64, rhs K=32  #~ help: `b_trans=True`
        y = pl.assemble(y, t, [0, 0])
