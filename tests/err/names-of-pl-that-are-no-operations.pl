import pypto.language as pl

N = pl.dynamic("N")



@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.FP32(1)  #~ error[E0311]: `pl.FP32` is a dtype and cannot be called in a kernel  #~ help: `pl.cast(1, pl.FP32)`
        b = pl.FP32(x[:, :])  #~ error[E0311]: `pl.FP32` is a dtype and cannot be called in a kernel  #~ help: `pl.cast(x[:, :], pl.FP32)`
        c = pl.Level(3)  #~ error[E0311]: `pl.Level` is an enumeration and cannot be called in a kernel
        d = pl.jit(3)  #~ error[E0311]: `pl.jit` is a decorator and cannot be called in a kernel
        e = pl.Out(3)  #~ error[E0311]: `pl.Out` is a type and cannot be called in a kernel
        f = pl.dynamic("N")  #~ error[E0311]: `pl.dynamic` is a builtin_function_or_method and cannot be called in a kernel
        g = pl.PadValue.zero(3)  #~ error[E0311]: `pl.PadValue.zero` is a PadValue and cannot be called in a kernel
        h = pl.INDEX(3)  #~ error[E0311]: `pl.INDEX` is a dtype and cannot be called in a kernel  #~ help: `pl.cast(3, pl.INDEX)`
        y[:, :] = x[:, :]
