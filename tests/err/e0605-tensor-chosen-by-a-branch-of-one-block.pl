"""Which tensor `q` is depends on what one branch reads, or could only fail to compute outside of it."""
import pypto.language as pl


@pl.jit
def read_in_a_branch(
    i: pl.Tensor[[4], pl.INT32],
    y: pl.InOut[pl.Tensor[[4, 64], pl.FP32]],
    z: pl.InOut[pl.Tensor[[4, 64], pl.FP32]],
    w: pl.InOut[pl.Tensor[[4, 64], pl.FP32]],
):
    for b in pl.spmd(4):
        if pl.read(i, [b]) > 2:
            q = y
        elif pl.read(i, [3 - b]) > b:
            q = z
        else:
            q = w
        pl.system.syncall()  #~ error[E0605]: which tensor this is was decided before, by each block for itself
        q = pl.assemble(q, pl.full([1, 64], dtype=pl.FP32, value=1.0), [b, 0])


@pl.jit
def divided_in_a_branch(
    i: pl.Tensor[[4], pl.INT32],
    y: pl.InOut[pl.Tensor[[4, 64], pl.FP32]],
    z: pl.InOut[pl.Tensor[[4, 64], pl.FP32]],
    w: pl.InOut[pl.Tensor[[4, 64], pl.FP32]],
):
    n = pl.read(i, [0])
    for b in pl.spmd(4):
        if n == 0:
            q = y
        elif 8 // n > 2:
            q = z
        else:
            q = w
        pl.system.syncall()  #~ error[E0605]: which tensor this is was decided before, by each block for itself
        q = pl.assemble(q, pl.full([1, 64], dtype=pl.FP32, value=1.0), [b, 0])
