import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[80, 64], pl.FP32], y: pl.Out[pl.Tensor[[80, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(5, chunk=3):  #~ note[N0702]: 3 does not divide the trip count 5: 1 idle in the last task
            y[i * 16 : i * 16 + 16, 0:32] = x[i * 16 : i * 16 + 16, 0:32]
        for i in pl.parallel(4, -1, -1, chunk=3, chunk_policy="leading_full"):  #~ note[N0702]: 3 does not divide the trip count 5: a remainder task runs 2
            y[i * 16 : i * 16 + 16, 32:64] = x[i * 16 : i * 16 + 16, 32:64]
