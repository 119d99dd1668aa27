import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    for b in pl.spmd(4, name_hint="k"):
        if b > 1:
            pl.system.syncall()  #~ error[E0605]: stands in a block that some blocks of `pl.spmd` may skip
        for _i in pl.range(b):
            pl.system.syncall()  #~ error[E0605]: stands in a loop that may run differently in each block
        y[b * 16 : b * 16 + 16, :] = x[b * 16 : b * 16 + 16, :]
    pl.system.syncall()  #~ error[E0605]: stands outside `pl.spmd`
