import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    t = pl.exp(x)  #~ error[E0603]: `pl.exp` computes, but stands outside a core scope  #~ help: wrap the statement
    u = x[:, :] * 2.0  #~ error[E0603]: `pl.mul` computes, but stands outside a core scope
    y = pl.assemble(y, t, [0, 0])
    y = pl.assemble(y, u, [0, 0])
