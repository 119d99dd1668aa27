import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = x[:, :]
        acc = pl.matmul(a, a, b_trans=True, out_dtype=pl.BF16)
        acc = pl.matmul_acc(acc, a, a, b_trans=True)  #~ error[E0503]: the accumulator is pl.BF16, expected pl.FP32
        y = pl.assemble(y, acc, [0, 0])
