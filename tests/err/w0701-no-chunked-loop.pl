# exit: 1
import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", optimizations=[pl.auto_chunk]):  #~ warning[W0701]: this `auto_chunk` scope has no chunked loop  #~ help: give a loop in it `chunk=`
        for i in pl.parallel(4):
            y[i * 16 : i * 16 + 16, :] = x[i * 16 : i * 16 + 16, :]
