import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def window(
    x: pl.Tensor[[ROWS, 8], pl.FP32],
    start: pl.Scalar[pl.INT32],
    step: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[4, 8], pl.FP32]],
):
    kept = pl.create_tensor([1024, 1024], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP):
        kept = pl.assemble(kept, x[start // step : start // step + 4, :], [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP):
        y = pl.assemble(y, pl.mul(kept[0:4, 0:8], 2.0), [0, 0])
