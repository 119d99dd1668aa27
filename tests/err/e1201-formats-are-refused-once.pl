import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.INT4  #~ error[E1201]: `pl.INT4`: FP4, FP8, HF, MX and INT4 formats are not supported
        b = pl.FP8(x[:, :])  #~ error[E1201]: `pl.FP8`: FP4, FP8, HF, MX and INT4 formats are not supported
        c = pl.distributed  #~ error[E1202]: `pl.distributed`: distributed programs are not supported  #~ help: run one rank's kernel
        d = pl.distributed.all_reduce(x)  #~ error[E1202]: `pl.distributed.all_reduce`: distributed programs are not supported  #~ help: run one rank's kernel
        y[:, :] = x[:, :]
