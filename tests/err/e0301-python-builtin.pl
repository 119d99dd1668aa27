import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        n = max(1, 2)  #~ error[E0301]: unknown name `max`  #~ help: use `pl.max`
        m = pl.full([16, 1], dtype=pl.FP32, value=float("-inf"))  #~ error[E0301]: unknown name `float`  #~ help: or a constant of the module, `NAME = float(...)`
        y = pl.assemble(y, pl.mul(x[:, :], n), [0, 0])
