"""Barriers that some block may miss, or that would cut what one block hands to the next."""
import pypto.language as pl


@pl.jit
def leaves(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    for b in pl.spmd(4, name_hint="k"):
        for i in pl.range(3):
            pl.system.syncall()  #~ error[E0605]: the blocks cannot wait for each other here: a block may leave the loop before the others
            if b == i:
                break
        y[b * 16 : b * 16 + 16, :] = x[b * 16 : b * 16 + 16, :]


@pl.jit
def hands_on(x: pl.Tensor[[64, 64], pl.FP32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    n = 0
    for b in pl.spmd(4, name_hint="k"):
        n = n + b  #~ warning[W0704]: carried
        pl.system.syncall()  #~ error[E0605]: a block hands this value to the next one
        y[n : n + 16, :] = x[b * 16 : b * 16 + 16, :]


@pl.jit
def bounds_from_memory(x: pl.Tensor[[4], pl.INT32], y: pl.Out[pl.Tensor[[4], pl.INT32]]):
    n = pl.cast(pl.read(x, [0]), pl.INDEX)
    for b in pl.spmd(4, name_hint="k"):
        for _i in pl.range(n):
            pl.system.syncall()
        m = pl.cast(pl.read(x, [b]), pl.INDEX)
        for _i in pl.range(m):
            pl.system.syncall()  #~ error[E0605]: stands in a loop that may run differently in each block
        pl.write(y, [b], pl.read(x, [b]))
