import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.parallel(4):
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
            if i > 2:
                break  #~ error[E0703]: `break` in a parallel loop
