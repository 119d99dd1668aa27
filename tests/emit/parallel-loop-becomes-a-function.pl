"""The body of a parallel loop is a function; what it reads travels in a struct."""
import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def linear(
    x: pl.Tensor[[ROWS, 256], pl.BF16],
    w: pl.Tensor[[512, 256], pl.BF16],
    b: pl.Tensor[[1, 512], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, 512], pl.FP32]],
):
    rows = pl.min(16, pl.tensor.dim(x, 0))
    for nb in pl.parallel(4):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="linear"):
            n0 = nb * 128
            xa = pl.slice(x, [16, 128], [0, 0], valid_shape=[rows, 128])
            acc = pl.matmul(xa, w[n0 : n0 + 128, 0:128], out_dtype=pl.FP32, b_trans=True)
            for kb in pl.range(1, 2):
                k0 = kb * 128
                xk = pl.slice(x, [16, 128], [0, k0], valid_shape=[rows, 128])
                acc = pl.matmul_acc(acc, xk, w[n0 : n0 + 128, k0 : k0 + 128], b_trans=True)
            z = pl.add(acc, b[:, n0 : n0 + 128])
            y = pl.assemble(y, z, [0, n0])
    return y
