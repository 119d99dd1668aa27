import pypto.language as pl

N = pl.dynamic("N")


@pl.jit
def k(x: pl.Tensor[[N, 4], pl.INT8], y: pl.Out[pl.Tensor[[N, 4], pl.INT8]]):
    n = pl.tensor.dim(x, 0)
    for i in pl.parallel(n):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y[i : i + 1, :] = x[i : i + 1, :]
