import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.exp(3.0)  #~ error[E0311]: `pl.exp` needs a tile here, found the constant 3.0
        u = pl.slice(16, [16, 64], [0, 0])  #~ error[E0311]: expected a tensor or tile, found the constant 16
        v = pl.slice(x, 16, [0, 0])  #~ error[E0311]: the shape is a list, found the constant 16
        w = x < 2.0  #~ error[E0311]: `<` does not apply to tiles  #~ help: pl.cmp
        y = pl.assemble(y, 2.0, [0, 0])  #~ error[E0311]: a tile or tensor is stored here
        y = pl.assemble(y, t + u + v + w, [0, 0])
