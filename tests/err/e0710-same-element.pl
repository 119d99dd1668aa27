"""Two iterations store the same elements; the values may be equal."""
import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    for _i in pl.parallel(4):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y[0:16, :] = x[0:16, :]  #~ error[E0710]: iterations of this parallel loop conflict: they store the same elements of `y`  #~ note: for example `_i` = 0 and `_i` = 1
    for b in pl.spmd(5, name_hint="blocks"):
        y[16 + b * 8 : 32 + b * 8, :] = x[16 + b * 8 : 32 + b * 8, :]  #~ error[E0710]: they store the same elements of `y`
