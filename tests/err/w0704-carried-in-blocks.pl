# exit: 1
import pypto.language as pl


@pl.jit
def blocks(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    b = 0
    with pl.spmd(4):
        t = x[b * 16 : b * 16 + 16, :]  #~ warning[W0704]: `b` is carried from one parallel iteration to the next
        b = pl.tile.get_block_idx()
        y = pl.assemble(y, t, [b * 16, 0])
