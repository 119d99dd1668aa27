import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.InOut[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="a", optimizations=[pl.split("up")]):  #~ error[E0706]: `"up"` is no way to split  #~ help: `pl.SplitMode.UP_DOWN`
        y = pl.assemble(y, x, [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="b", optimizations=[pl.split(pl.SplitMode.UP)]):  #~ error[E0501]: `pl.SplitMode.UP` does not exist
        y = pl.assemble(y, x, [0, 0])
    for i in pl.spmd(16, name_hint="c", optimizations=[pl.split(pl.SplitMode.NONE, slots=2)]):  #~ error[E0502]: `pl.split` takes no keyword `slots`
        y = pl.assemble(y, x[i : i + 1, :], [i, 0])
    for i in pl.spmd(16, name_hint="d", optimizations=[pl.split(pl.SplitMode.LEFT_RIGHT, slot_num=2)]):
        y = pl.assemble(y, x[i : i + 1, :], [i, 0])
