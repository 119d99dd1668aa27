# exit: 1
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])

import time  #~ warning[W0204]: `time` is the built-in module; the file `tests/err/time.py` is not used

assert time.time
