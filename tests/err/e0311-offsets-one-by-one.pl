import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.slice(x, [16, 64], 0, 0)  #~ error[E0311]: the offsets are one list, found two numbers  #~ help: `[0, 0]`
        for r in pl.range(0, 16, 8):
            y = pl.assemble(y, x[0:8, :], r, 0)  #~ error[E0311]: the offsets are one list, found two numbers  #~ help: `[r, 0]`
            u = pl.slice(x, [8, 64], r)  #~ error[E0311]: the offsets are a list, found a pl.INDEX scalar  #~ help: `[r]`
