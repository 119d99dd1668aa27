import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    w: pl.Tensor[[64, 64], pl.BF16],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.cast(x[:, :], target_type=pl.BF16)
        m = pl.matmul(t, w)
        y = pl.assemble(y, m, [0, 0])  #~ error[E0309]: `m` is pl.BF16, but the target holds pl.FP32  #~ help: `out_dtype=pl.FP32`
