import pypto.language as pl


TILE = 24


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    w: pl.Tensor[[64, 64], pl.BF16],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    t = pl.exp(x)  #~ error[E0603]: computes, but stands outside
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="ten"):
        a = x[:, 0:TILE]
        b = pl.add(a, x[:, 0:32])  #~ error[E0405]: do not broadcast
        c = pl.matmul(a, w[0:24, :])  #~ error[E0308]: `pl.matmul` of
        d = pl.row_expand_add(x, x)  #~ error[E0512]: needs a vector
        e = unknown + 1  #~ error[E0301]: unknown name
        f = pl.casts(x, pl.BF16)  #~ error[E0501]: does not exist
        g = pl.cast(x, target_type=pl.BF16, round="rint")  #~ error[E0502]: takes no keyword
        for i in range(4):  #~ error[E0701]: Python's `range`
            h = pl.mul(x, i)
        j = pl.reshape(x, [16, 65])  #~ error[E0413]: reshape of
        y = pl.assemble(y, w[0:16, :], [0, 0])  #~ error[E0309]: the target holds
        y = pl.assemble(y, t + b + c + d + e + f + g + h + j, [0, 0])
