# exit: 1
import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", optimizations=[pl.auto_chunk]):
        for i in pl.range(4, chunk=2):  #~ warning[W0703]: `chunk=` on a sequential loop makes tasks that run one after the other  #~ help: use `pl.parallel`
            y[i * 16 : i * 16 + 16, :] = x[i * 16 : i * 16 + 16, :]
