import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        n = pl.tensor.dim(x, 2)  #~ error[E0508]: axis 2 of rank 2; axes are -2 to 1
        t = pl.transpose(x[:, :], 0, 0)  #~ error[E0508]: `pl.transpose` swaps two different axes
        y = pl.assemble(y, t * n, [0, 0])
