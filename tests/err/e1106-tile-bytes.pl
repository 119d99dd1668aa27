import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.full([65536, 8192], dtype=pl.FP32, value=0.0)  #~ error[E1106]: tile-bytes
        y = pl.assemble(y, t[0:16, 0:64], [0, 0])
