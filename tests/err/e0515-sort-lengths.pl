import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        p = pl.sort32(x[0:1, 0:48], pl.arange(0, [1, 48], dtype=pl.UINT32))  #~ error[E0515]: a multiple of 32
        q = pl.mrgsort(x[0:1, :], block_len=64)  #~ error[E0515]: `block_len` is a multiple of 64
        y = pl.assemble(y, p + q, [0, 0])
