"""In a chunked region `create_tensor` makes memory, but the seed of a ladder is a tile."""
import pypto.language as pl


@pl.jit
def chunked(x: pl.Tensor[[16, 256], pl.BF16], w: pl.Tensor[[256, 256], pl.BF16], y: pl.Out[pl.Tensor[[16, 256], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="mm", optimizations=[pl.auto_chunk]):
        stage = pl.create_tensor([16, 256], dtype=pl.FP32)
        for nb in pl.parallel(0, 256, 64, chunk=2, chunk_policy="leading_full"):
            acc = pl.create_tensor([16, 64], dtype=pl.FP32)
            for k0 in pl.range(0, 256, 64):
                xk = x[:, k0 : k0 + 64]
                wk = w[k0 : k0 + 64, nb : nb + 64]
                if k0 == 0:
                    acc = pl.matmul(xk, wk, out_dtype=pl.FP32)
                else:
                    acc = pl.matmul_acc(acc, xk, wk)
            stage = pl.assemble(stage, acc, [0, nb])
        for nb in pl.parallel(0, 256, 128, chunk=1):
            y = pl.assemble(y, pl.mul(stage[:, nb : nb + 128], 0.5), [0, nb])
