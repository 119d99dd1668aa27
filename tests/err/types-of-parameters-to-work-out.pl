import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[0, 64], pl.FP32],  #~ error[E0410]: extent 0: extents are positive
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    z: pl.Out[x],  #~ error[E0302]: the type of `z` is not one that kernels have  #~ help: `z: pl.Tensor[[M, N], pl.FP32]`, or `pl.Out[...]` of it, or `pl.Scalar[pl.INT32]`
    w: pl.Scalar[pl.FP32, 3],  #~ error[E0302]: the type of `w` is not one that kernels have  #~ help: `w: pl.Tensor[[M, N], pl.FP32]`, or `pl.Out[...]` of it, or `pl.Scalar[pl.INT32]`
):
    pass
