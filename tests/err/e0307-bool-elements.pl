import pypto.language as pl

N = 4
M = 3


@pl.jit
def k(x: pl.Tensor[[4], pl.FP32], m: pl.Out[pl.Tensor[[4], pl.BOOL]], y: pl.Out[pl.Tensor[[4], pl.FP32]]):
    n = pl.cast(pl.read(x, [0]), pl.INT32)
    _b = pl.const(1, pl.BOOL)  #~ error[E0307]: an element of pl.BOOL must be True or False, found the constant 1
    #~^ help: write `True`
    _c = pl.const(True, pl.INT32)  #~ error[E0307]: the scalar operand must be a number, found the constant True
    #~^ help: write `1`
    pl.write(m, [1], n)  #~ error[E0307]: an element of pl.BOOL must be True or False
    #~^ help: compare it: `n != 0`
    pl.write(y, [2], n > 2)  #~ error[E0307]: the scalar operand must be a number
    #~^ help: `pl.cast(n > 2, pl.FP32)`
    if N and M:  #~ error[E0307]: the condition must be a BOOL scalar, found the constant 3
        #~^ help: compare it: `(N and M) != 0`
        pl.write(y, [0], 1.0)
    if N and n > 2:  #~ error[E0307]: an operand of `and`, `or` must be a BOOL scalar, found the constant 4
        pl.write(y, [0], 1.0)
    with pl.at(level=pl.Level.CORE_GROUP):
        _t = pl.full([4], dtype=pl.BOOL, value=0)  #~ error[E0307]: an element of pl.BOOL
        #~^ help: write `False`
        _u = pl.full([4], dtype=pl.FP32, value=True)  #~ error[E0307]: must be a number, found the constant True
        #~^ help: write `1`
