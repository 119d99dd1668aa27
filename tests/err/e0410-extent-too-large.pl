# args: -D R=9223372036854775792
import pypto.language as pl

R = 16


@pl.jit
def kernel(
    x: pl.Tensor[[R, 64], pl.FP32],  #~ error[E0410]: extent 9223372036854775792: extents are at most 281474976710656
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, x[0:16, :], [0, 0])
