import pypto.language as pl


TILE = 24


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    w: pl.Tensor[[64, 64], pl.BF16],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    t = pl.exp(x)  #~ error[E0603]
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="ten"):
        a = x[:, 0:TILE]
        b = pl.add(a, x[:, 0:32])  #~ error[E0405]
        c = pl.matmul(a, w[0:24, :])  #~ error[E0308]
        d = pl.row_expand_add(x, x)  #~ error[E0512]
        e = unknown + 1  #~ error[E0301]
        f = pl.casts(x, pl.BF16)  #~ error[E0501]
        g = pl.cast(x, target_type=pl.BF16, round="rint")  #~ error[E0502]
        for i in range(4):  #~ error[E0701]
            h = pl.mul(x, i)
        j = pl.reshape(x, [16, 65])  #~ error[E0413]
        y = pl.assemble(y, w[0:16, :], [0, 0])  #~ error[E0309]
        y = pl.assemble(y, t + b + c + d + e + f + g + h + j, [0, 0])
