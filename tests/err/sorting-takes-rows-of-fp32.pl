import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        v = x[0:1, :]
        j = i[0:1, :]
        a = pl.sort32(x[:, :], j)  #~ error[E0515]: `pl.sort32` needs values of shape [1, N], found [16, 64]
        b = pl.sort32(v, i[:, :])  #~ error[E0515]: `pl.sort32` needs indices of shape [1, N], found [16, 64]
        c = pl.sort32(j, j)  #~ error[E0510]: `pl.sort32` takes pl.FP32, found pl.INT32
        d = pl.sort32(v, v)  #~ error[E0510]: the indices of `pl.sort32` are pl.UINT32 or pl.INT32, found pl.FP32
        e = pl.mrgsort(v)  #~ error[E0515]: `pl.mrgsort` merges 2 to 4 lists, or the blocks of one with `block_len=`
        f = pl.mrgsort(v, v, block_len=64)  #~ error[E0515]: `block_len` belongs to `pl.mrgsort` of one list
        g = pl.mrgsort(v, j)  #~ error[E0510]: `pl.mrgsort` takes pl.FP32, found pl.INT32
        h = pl.mrgsort(v, v, exhausted=2)  #~ error[E0306]: `exhausted` must be True or False, found the constant 2
        y[:, :] = x[:, :]
