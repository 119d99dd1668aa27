import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    a = pl.submit()  #~ error[E0310]: `pl.submit` needs the kernel to call
    b = pl.submit(3)  #~ error[E0311]: expected a kernel, found the constant 3
    c = pl.array.create(0)  #~ error[E0306]: the length of an array is a positive constant, found the constant 0
    d = pl.array.create(4, dtype=pl.FP32)  #~ error[E0510]: arrays are of pl.TASK_ID or pl.INT32, not pl.FP32  #~ help: `pl.create_tensor([4], dtype=pl.FP32)`
    e = pl.array.create(4, dtype=3)  #~ error[E0311]: expected a dtype such as `pl.FP32`, found the constant 3
    f = pl.array.create(dtype=pl.INT32)  #~ error[E0310]: `pl.array.create` lacks the argument `n`
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = x[:, :]
