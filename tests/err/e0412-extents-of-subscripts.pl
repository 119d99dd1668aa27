import pypto.language as pl

D = pl.dynamic("D")


@pl.jit
def kernel(x: pl.Tensor[[D, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    v = x[0 : pl.tensor.dim(x, 0) + 1, :]  #~ error[E0412]: offset 0, extent D + 1, size D
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.read(x, [pl.tensor.dim(x, 0), 0])  #~ error[E0412]: offset D, extent 1, size D
        t = x[0 : pl.tensor.dim(x, 0) - 1, :]  #~ error[E0406]: not a constant: D - 1
        y = pl.assemble(y, v[:, :] + a, [0, 0])  #~ error[E0406]: not a constant: D + 1
