import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.pipeline(4):  #~ error[E0702]: `pl.pipeline` needs `stage=`, a constant of at least 1
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
        for i in pl.pipeline(4, stage=0):  #~ error[E0702]: `pl.pipeline` needs `stage=`, a constant of at least 1
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
        for i in pl.range(4, stage=2):  #~ error[E0702]: `pl.range` takes no keyword `stage`
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
        for i in pl.pipeline(4, stage=2, chunk=2):  #~ error[E0702]: `pl.pipeline` takes no keyword `chunk`
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
