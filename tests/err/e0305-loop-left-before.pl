import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for j in pl.range(0, 4):
            if j >= n:
                break
            q = x[:, :] * 2.0
        y = pl.assemble(y, q, [0, 0])  #~ error[E0305]: `q` may be unassigned here
