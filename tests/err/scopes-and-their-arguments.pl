import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint=Q):  #~ error[E0301]: unknown name `Q`
        y[:, :] = x[:, :]
    with pl.at(level=pl.Level.CORE_GROUP, optimization=pl.auto_chunk):  #~ error[E0706]: `pl.auto_chunk` is no optimization
        y[:, :] = x[:, :]
    with pl.at(level=pl.Level.CORE_GROUP, optimizations=pl.auto_chunk):  #~ error[E0706]: `optimizations` is a list written in place, such as `[pl.auto_chunk]`
        y[:, :] = x[:, :]
    with pl.at(level=pl.Level.CORE_GROUP, role=3):  #~ error[E1202]: `role=` belongs to distributed programs, which are not supported
        y[:, :] = x[:, :]
    with pl.spmd(2, optimization=pl.chunked_loop_optimizer):  #~ error[E0705]: `pl.chunked_loop_optimizer` in `pl.spmd`
        y[0:8, :] = x[0:8, :]
    with pl.spmd(x):  #~ error[E0311]: the number of blocks must be an integer scalar, found a [16, 64] pl.FP32 tensor
        y[0:8, :] = x[0:8, :]
    for a in pl.range(4):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            if pl.read(i, [0, a]) > 1:
                break  #~ error[E0703]: `break` would leave a core scope  #~ help: decide outside the scope, or put the loop into it
            y[:, :] = x[:, :]
