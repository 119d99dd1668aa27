import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[4, 8], pl.FP32], ids: pl.Tensor[[4], pl.INT32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    i = ids[0].item()  #~ error[E0311]: a pl.INT32 scalar has no attribute `item`  #~ help: `ids[0]` is a number already: leave `.item()` out
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        v = pl.read(x, [0, 0])
        m = pl.abs(v)  #~ error[E0311]: `pl.abs` needs a tile here, found a pl.FP32 scalar  #~ help: of a scalar: `pl.max(v, -v)`
        t = x[:, :] if v > 0.0 else y[:, :]  #~ error[E0311]: expected a scalar on both sides of `if else` (tiles: the statement `if`)
        y[0][1] = v  #~ error[E0311]: only a variable that holds a tile can be stored into  #~ help: write all indices in one pair of brackets: `y[..., ...]`
