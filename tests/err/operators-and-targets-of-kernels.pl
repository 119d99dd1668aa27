import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], i: pl.Tensor[[16, 64], pl.INT32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k") as (a, b):  #~ error[E0107]: this target of `as` is not available in kernels  #~ help: write `as name`
        t = i[:, :]
        t |= i[:, :]  #~ error[E0107]: the operator `|=` is not available in kernels  #~ help: write `t = pl.or_(t, i[:, :])`
        t ^= t  #~ error[E0107]: the operator `^=` is not available in kernels  #~ help: write `t = pl.xor_(t, t)`
        u = t | t  #~ error[E0107]: the operator `|` is not available in kernels  #~ help: write `pl.or_(t, t)`, on conditions `or`
        u = t ^ t  #~ error[E0107]: the operator `^` is not available in kernels  #~ help: write `pl.xor_(t, t)`
        u = x[-3:, :]  #~ error[E0108]: a negative bound in a kernel subscript  #~ help: count from the front: `pl.tensor.dim(x, axis) - n`
        u = x[*t, :]  #~ error[E0108]: a starred index in a kernel subscript  #~ help: write the indices one by one
        t[0]: pl.FP32 = 3  #~ error[E0107]: an annotation on this target is not available in kernels  #~ help: leave the annotation out
        (a).b = 3  #~ error[E0107]: assignment to an attribute is not available in kernels  #~ help: assign to names, `a, b = ...`
        n = 0
        while n < 3:
            n += 1
        else:
            n = 4  #~ error[E0107]: `else` of a loop is not available in kernels  #~ help: put the statements behind the loop
        y[:, :] = x[:, :]
