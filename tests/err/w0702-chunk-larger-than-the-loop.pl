# exit: 1
import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(4, chunk=5):  #~ warning[W0702]: the chunk of 5 iterations is larger than the loop, which runs 4: one task
            y[i * 16 : i * 16 + 16, :] = x[i * 16 : i * 16 + 16, :]
