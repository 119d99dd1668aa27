import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, x[:, :], [0, 0])
        t = pl.create_tensor([1 << 40, 1 << 30], dtype=pl.FP32)  #~ error[E1106]: the bytes of this tile do not fit 64 bits
