import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.slice(x, [16, 64], [0])  #~ error[E0414]: 1 offset for a [16, 64] pl.FP32 tensor
        s = pl.read(x, [0, 0, 0])  #~ error[E0414]: 3 indices for a [16, 64] pl.FP32 tensor
        u = x[0, 0, 0]  #~ error[E0414]: 3 indices for a [16, 64] pl.FP32 tensor
        y = pl.assemble(y, t * s + u, [0, 0])
