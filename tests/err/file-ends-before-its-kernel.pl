import pypto.language as pl  #~ error[E1001]: this file has no kernel to compile  #~ note: the file ended by SystemExit before it defined one

raise SystemExit("not today")


@pl.jit
def k(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y[:, :] = x[:, :]
