"""`break` and `continue` hand out the values of the loop as they are."""
import pypto.language as pl


@pl.jit
def search(x: pl.Tensor[[64], pl.INT32], y: pl.Out[pl.Tensor[[2], pl.INT32]]):
    found = -1
    skipped = 0
    for i in pl.range(64):
        v = pl.read(x, [i])
        if v < 0:
            skipped += 1
            continue
        if v == 7:
            found = i
            break
    y[0] = found
    y[1] = skipped
