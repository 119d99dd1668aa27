import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(4, chunk=2):
            y[i * 16 : i * 16 + 16, 0:8] = x[i * 16 : i * 16 + 16, 0:8]
            for j in pl.parallel(1, 8, chunk=7):  #~ note[N0701]: this chunked loop stays inside the task of the loop around it  #~ note: it does not make up the whole body of the outer loop
                y[i * 16 : i * 16 + 16, j * 8 : j * 8 + 8] = x[i * 16 : i * 16 + 16, j * 8 : j * 8 + 8]
        for i in pl.parallel(4, chunk=2):
            for j in pl.parallel(i, 4, chunk=2):  #~ note[N0701]: this chunked loop stays inside the task of the loop around it  #~ note: its bounds depend on the outer loop's variable
                y[i * 16 : i * 16 + 16, j * 8 : j * 8 + 8] = x[i * 16 : i * 16 + 16, j * 8 : j * 8 + 8]
