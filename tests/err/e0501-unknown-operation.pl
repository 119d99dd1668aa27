import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.matmull(x, x)  #~ error[E0501]: `pl.matmull` does not exist  #~ help: did you mean `pl.matmul`
        u = pl.tensor.dmi(x, 0)  #~ error[E0501]: `pl.tensor.dmi` does not exist
        v = x.exp()  #~ error[E0501]: has no method `exp`  #~ help: pl.exp
        y = pl.assemble(y, t + u + v, [0, 0])
