import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.parallel(4, chunk=2):  #~ error[E0707]: `chunk=` outside a chunked region  #~ help: optimizations=[pl.auto_chunk]
            y = pl.assemble(y, pl.mul(x[:, :], i), [0, 0])
