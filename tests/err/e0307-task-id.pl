import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k") as tid:
        y = pl.assemble(y, x[:, :], [0, 0])
    n = tid + 1  #~ error[E0307]: `+` of a TASK_ID
    pl.write(y, [0, 0], n)
