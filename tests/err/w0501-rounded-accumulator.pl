# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.BF16],
    y: pl.Out[pl.Tensor[[16, 16], pl.BF16]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.matmul(x[:, :], x[:, :], b_trans=True)  #~ warning[W0501]: the FP32 accumulator is rounded to pl.BF16
        y = pl.assemble(y, t, [0, 0])
