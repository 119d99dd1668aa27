import pypto.language as pl

N = pl.dynamic("N")


@pl.jit
def k(a: pl.Tensor[[N, 64], pl.BF16], w: pl.Tensor[[64, 256], pl.BF16], y: pl.Out[pl.Tensor[[N, 256], pl.FP32]],
      z: pl.Out[pl.Tensor[[80, 256], pl.FP32]]):
    n = pl.tensor.dim(a, 0)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="mm", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(0, n, 16, chunk=2):
            rows = pl.min(16, n - i)
            x = pl.slice(a, [16, 64], [i, 0], valid_shape=[rows, 64])
            for j in pl.parallel(4, chunk=2):
                acc = pl.matmul(x[:, 0:32], w[0:32, j * 64 : j * 64 + 64], out_dtype=pl.FP32)
                acc = pl.matmul_acc(acc, x[:, 32:64], w[32:64, j * 64 : j * 64 + 64])
                y = pl.assemble(y, pl.set_validshape(acc, rows, 64), [i, j * 64])
        for i in pl.parallel(5, chunk=3):
            for j in pl.parallel(4, chunk=2, chunk_policy="leading_full"):
                z[i * 16 : i * 16 + 16, j * 64 : j * 64 + 64] = pl.exp(pl.full([16, 64], dtype=pl.FP32, value=1.0))
        for i in pl.range(5, chunk=2, chunk_policy="leading_full"):
            z[i * 16 : i * 16 + 16, 0:64] = pl.mul(z[i * 16 : i * 16 + 16, 0:64], 2.0)
