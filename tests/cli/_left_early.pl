import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[16, 64], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.InOut[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy", optimizations=[pl.auto_chunk]):
        for i in pl.range(16, chunk=4):
            if i > n:
                break
            y = pl.assemble(y, x[i : i + 1, :], [i, 0])
