"""Scalars become expressions; arithmetic that could overflow is checked."""
import pypto.language as pl

N = pl.dynamic("N")


@pl.jit
def scalars(
    lens: pl.Tensor[[N], pl.INT32],
    out: pl.Out[pl.Tensor[[N], pl.INT64]],
    scale: pl.Scalar[pl.INT64],
):
    assert scale > 0, "the scale is positive"
    total = 0
    for i in pl.range(pl.tensor.dim(lens, 0)):
        n = pl.read(lens, [i])
        blocks = (n + 15) // 16
        total = total + blocks * scale
        pl.write(out, [i], total)
