import pypto.language as pl


@pl.jit
def k(y: pl.Out[pl.Tensor[[4], pl.INT32]]):
    for i in pl.split_aiv(4, mode=pl.SplitMode.NONE):  #~ error[E0603]: `pl.split_aiv` stands outside a core scope
        #~^ help: `pl.range`, or put the loop into
        pl.write(y, [i], 1)
    _a = pl.array.create(4, pl.FP32)  #~ error[E0510]: arrays are of pl.TASK_ID or pl.INT32, not pl.FP32
    #~^ help: `pl.create_tensor([4], dtype=pl.FP32)`
    _b = pl.array.create(2, pl.INT32)
