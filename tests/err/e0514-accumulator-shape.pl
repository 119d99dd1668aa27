import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        acc = pl.full([16, 64], dtype=pl.FP32, value=0.0)
        acc = pl.matmul_acc(acc, x[:, :], x[:, :], b_trans=True)  #~ error[E0514]: the accumulator is [16, 64], the product [16, 16]
        y = pl.assemble(y, acc, [0, 0])
