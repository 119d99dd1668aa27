"""`pl.unroll`: the loop variable is a constant in every copy of the body."""
import pypto.language as pl

SIZES = [16, 32]


@pl.jit
def unrolled(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 1], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="sizes"):
        for i in pl.unroll(2):
            t = pl.slice(x, [SIZES[i], 64], [16 * i, 0])
            y = pl.assemble(y, pl.row_sum(t), [16 * i, 0])
        y = pl.assemble(y, pl.row_sum(x[48:64, :]), [48, 0])
