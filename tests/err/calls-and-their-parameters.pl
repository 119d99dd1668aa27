import pypto.language as pl


@pl.jit.inline
def scaled(t: pl.Tensor[[16, 64], pl.FP32], by: pl.Scalar[pl.FP32]):
    return pl.mul(t, by)


@pl.jit.inline
def small(n: pl.Scalar[pl.INT8]):
    return n


@pl.jit.inline
def after(t: pl.Scalar[pl.TASK_ID]):
    return 1


@pl.jit.incore
def scope(t: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    y[:, :] = t[:, :]


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    k = pl.read(i, [0, 0])
    a = scaled(3, 2.0)  #~ error[E0311]: expected a tensor for `t`, found the constant 3
    b = scaled(x, x)  #~ error[E0311]: expected a scalar for `by`, found a [16, 64] pl.FP32 tensor
    c = scaled(x, k)  #~ error[E0307]: `k` is a pl.INT32 scalar, expected pl.FP32  #~ help: `pl.cast(k, pl.FP32)`
    d = scaled(x, by=2.0, by=3.0)  #~ error[E0310]: `by` is given twice
    e = small(300)  #~ error[E0505]: 300 does not fit pl.INT8
    f = after(3)  #~ error[E0311]: expected a TASK_ID, found the constant 3
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        scope(x, y)  #~ error[E0602]: `scope` is a core scope, called inside a core scope  #~ help: `@pl.jit.inline` makes it part of the scope around it
        h = scaled(x[:, :], 2.0, by=3.0)  #~ error[E0310]: `by` is given twice
        y[:, :] = x[:, :]
