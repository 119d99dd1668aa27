import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        print("here")  #~ error[E0301]: unknown name `print`  #~ help: `pl.static_print(...)`
        n = range(4)[1]  #~ error[E0301]: unknown name `range`  #~ help: `pl.range(...)`
        m = hex(255)  #~ error[E0301]: unknown name `hex`  #~ help: name its result at module level: `NAME = hex(...)`
        y = pl.assemble(y, pl.mul(x[:, :], n), [0, 0])
