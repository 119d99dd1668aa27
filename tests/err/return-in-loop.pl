import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[8, 8], pl.FP32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        for i in pl.range(8):
            y = pl.assemble(y, x[i:i + 1, :], [i, 0])
            return y
#~^ error[E0106]: `return` inside a loop
