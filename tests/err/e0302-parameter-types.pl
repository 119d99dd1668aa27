import pypto.language as pl


@pl.jit
def kernel(
    a,  #~ error[E0302]: the kernel parameter `a` needs a type
    b: int,  #~ error[E0302]: the type of `b` is not one that kernels have
    c: pl.Tensor[16, pl.FP32],  #~ error[E0302]: the type of `c` is not one that kernels have
    d: pl.Tensor,  #~ error[E0302]: the entry needs the shape and dtype of `d`
):
    pass
