# args: -D VOCAP=3
# exit: 3
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])

VOCAB = 8
assert VOCAB
#~? error[E0207]: no loaded module assigns `VOCAP`
#~? help: did you mean `VOCAB`?
