# args: -D ROWS=3
# exit: 1
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])

from _host_lib import ROWS

ROWS = ROWS + 1  #~ warning[W0207]: `-D ROWS` applies here and in module `_host_lib`  #~ note: the kernels of this file see this definition
assert ROWS == 3
