import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="two words"):  #~ error[E0606]: `name_hint` must be an identifier in quotes
        y = pl.assemble(y, x[:, :], [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint=7):  #~ error[E0606]: `name_hint` must be an identifier in quotes
        y = pl.assemble(y, x[:, :], [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="pass"):  #~ error[E0606]: `name_hint` must be an identifier in quotes  #~ help: `pass` is a keyword: `name_hint="pass_1"`
        y = pl.assemble(y, x[:, :], [0, 0])
