import pypto.language as pl

N = pl.dynamic("N")



@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = row_sum(x[:, :])  #~ error[E0301]: unknown name `row_sum`  #~ help: `pl.row_sum`
        b = pl.row_sum  #~ error[E0311]: `pl.row_sum` is called: `pl.row_sum(...)`
        c = pl.range  #~ error[E0311]: `pl.range` is called: `pl.range(...)`
        d = x.bind_dynamic(2, N)  #~ error[E0508]: the axis must be a constant from -2 to 1
        e = x.bind_dynamic(0, 3)  #~ error[E0311]: expected a symbol made by `pl.dynamic`, found the constant 3
        f = x.shape.y  #~ error[E0311]: a tuple of 2 has no attribute `y`
        g = x.matmul  #~ error[E0311]: a [16, 64] pl.FP32 tensor has no attribute `matmul`  #~ help: `pl.matmul(x, ...)`
        h = (1).real  #~ error[E0311]: the constant 1 has no attribute `real`
        j = pl.yield_  #~ error[E0311]: `pl.yield_` is called: `pl.yield_(...)`
        k = pl.at(level=pl.Level.CORE_GROUP)  #~ error[E0107]: `pl.at` is no value  #~ help: `with pl.at(level=pl.Level.CORE_GROUP):`
        l = pl.range(3)  #~ error[E0107]: `pl.range` is no value  #~ help: `for i in pl.range(3):`
        m = pl.full([16, 64], dtype=pl.FP32, value=0.0).dtyp  #~ error[E0311]: a [16, 64] pl.FP32 tile has no attribute `dtyp`
        o = x(3)  #~ error[E0311]: expected something to call, found a [16, 64] pl.FP32 tensor
        p = pl.Tensor(3)  #~ error[E0311]: `pl.Tensor` is a type and cannot be called in a kernel
        q = 99999999999999999999  #~ error[E0802]: this integer does not fit 64 bits
        pl.cond(True)  #~ error[E0107]: `pl.cond` stands first in the body of `pl.while_`
        n = 3
        n += 9223372036854775807  #~ error[E0802]: this constant has no value: OverflowError: integer overflow: 3 + 9223372036854775807 does not fit 64 bits
        y[:, :] = x[:, :]
