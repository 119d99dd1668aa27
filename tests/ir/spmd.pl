"""`pl.spmd` as a loop and as a scope: one core scope a block."""
import pypto.language as pl


@pl.jit
def blocks(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    for b in pl.spmd(4, name_hint="double"):
        y[b * 16 : b * 16 + 16, :] = pl.mul(x[b * 16 : b * 16 + 16, :], 2.0)
    with pl.spmd(4):
        b = pl.tile.get_block_idx()
        t = y[b * 16 : b * 16 + 16, :]
        y = pl.assemble(y, pl.add(t, 1.0), [b * 16, 0])
