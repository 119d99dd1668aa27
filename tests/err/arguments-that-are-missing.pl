import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.full([16, 64], value=1.0)  #~ error[E0310]: `pl.full` needs `dtype=`  #~ help: `dtype=pl.FP32`
        b = pl.full([16, 64], dtype=pl.FP32)  #~ error[E0310]: `pl.full` needs `value=`
        c = pl.create_tile([16, 64])  #~ error[E0310]: `pl.create_tile` needs `dtype=`  #~ help: `dtype=pl.FP32`
        d = pl.create_tensor([16, 64])  #~ error[E0310]: `pl.create_tensor` needs `dtype=`  #~ help: `dtype=pl.FP32`
        e = pl.cast(x[:, :])  #~ error[E0310]: `pl.cast` lacks the argument `target_type`
        f = pl.max(1)  #~ error[E0310]: `pl.max` takes two or more scalars
        g = pl.min(x[:, :], 1)  #~ error[E0517]: `pl.min` takes scalars, found a [16, 64] pl.FP32 tile  #~ help: `pl.minimum(x[:, :], 1)`
        h = pl.arange(0, [1, 64], dtype=pl.FP32)  #~ error[E0510]: `pl.arange` takes pl.INT16, pl.INT32, pl.UINT16, pl.UINT32 or pl.INT64, found pl.FP32
        k = pl.arange(0, [1, 64], dtype=3)  #~ error[E0311]: expected a dtype such as `pl.FP32`, found the constant 3
        l = pl.full([16, 64], dtype=pl.TASK_ID, value=0)  #~ error[E0510]: pl.TASK_ID is no dtype of elements
        m = pl.full([16, 64], dtype=pl.FP64, value=0)  #~ error[E0501]: `pl.FP64` does not exist
        y[:, :] = x[:, :]
