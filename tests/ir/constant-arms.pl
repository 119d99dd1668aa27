"""Dead arms of constant conditions are not looked into."""
import pypto.language as pl

FAST = True
N = 64


@pl.jit
def arms(x: pl.Tensor[[16, N], pl.FP32], y: pl.Out[pl.Tensor[[16, N], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="arms"):
        if FAST and x.shape[1] == 64:
            t = x[:, :]
        elif N > 100:
            t = no_such_name + 1
        else:
            t = pl.no_such_op(x)
        scale = 2.0 if FAST else no_such_name
        y = pl.assemble(y, pl.mul(t, scale), [0, 0])
