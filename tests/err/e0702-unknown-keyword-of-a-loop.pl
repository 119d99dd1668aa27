import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    for b in pl.spmd(4, namarallel="blocks"):  #~ error[E0702]: `pl.spmd` takes no keyword `namarallel`  #~ note: the signature is `pl.spmd(n, name_hint=, optimizations=, optimization=)`
        y[b * 16 : b * 16 + 16, :] = x[b * 16 : b * 16 + 16, :]
    for i in pl.unroll(4, colour=1):  #~ error[E0702]: `pl.unroll` takes no keyword `colour`  #~ note: the signature is `pl.unroll(start, stop=, step=)`
        y[i * 16 : i * 16 + 16, :] = x[i * 16 : i * 16 + 16, :]
    for i in pl.parallel(4, chM=0):  #~ error[E0702]: `pl.parallel` takes no keyword `chM`  #~ note: the signature is `pl.parallel(start, stop=, step=, init_values=, chunk=, chunk_policy=)`
        y[i * 16 : i * 16 + 16, :] = x[i * 16 : i * 16 + 16, :]
