# exit: 1
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])

import argparse  #~ warning[W0204]: `argparse` is the built-in module; the file `tests/err/argparse.py` is not used

assert argparse.ArgumentParser
