# Nothing that the result needs is missing: no warning.
# exit: 0
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    n: pl.Scalar[pl.INT32],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        v = pl.max(0, pl.min(16, n))
        full = pl.full([16, 1], dtype=pl.FP32, value=2.0)
        t = pl.slice(x, [16, 64], [0, 0], valid_shape=[v, 64])
        u = pl.slice(x, [16, 64], [0, 0], valid_shape=[pl.min(v, 8), 64])
        y = pl.assemble(y, t * full + x[:, :], [0, 0])
        y = pl.assemble(y, pl.add(u, t), [0, 0])
