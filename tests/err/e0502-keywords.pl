import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.matmul(x[:, :], x[:, :], out_type=pl.FP32, b_trans=True)  #~ error[E0502]: `pl.matmul` takes no keyword `out_type`  #~ help: did you mean `out_dtype`
        u = pl.cast(x, pl.BF16, target_type=pl.BF16)  #~ error[E0502]: `target_type` is given twice
        y = pl.assemble(y, t + u, [0, 0])
