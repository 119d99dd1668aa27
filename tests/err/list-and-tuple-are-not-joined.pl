import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[4, 4], pl.FP32], y: pl.Out[pl.Tensor[[4, 4], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
        t = pl.slice(x, [4] + (4,), [0, 0])    #~ error[E0307]: `+` of a list of 1 and a tuple of 1
        u = pl.slice(x, [4] + 4, [0, 0])       #~ error[E0307]: `+` of a list of 1 and the constant 4
        y = pl.assemble(y, pl.add(t, u), [0, 0])
