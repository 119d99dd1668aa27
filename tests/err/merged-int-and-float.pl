import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[2, 8], pl.FP32], y: pl.Out[pl.Tensor[[1, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="best"):
        for c in pl.range(2):
            best = -1
            for r in pl.range(8):
                v = pl.read(x, [c, r])
                if v > best:
                    best = v  #~ error[E0304]: `best` is the constant -1 on one path and a pl.FP32 scalar on another  #~ help: write `-1.0`, so that both are floats
            y[0, c] = best
