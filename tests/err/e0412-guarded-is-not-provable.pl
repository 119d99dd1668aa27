import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for r0 in pl.range(0, 16, 12):
            if r0 + 12 <= 16:
                y = pl.assemble(y, x[r0 : r0 + 12, :], [r0, 0])
        y = pl.assemble(y, x[12:16, :], [12, 0])
