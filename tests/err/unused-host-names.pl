# exit: 1
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])

import math  #~ warning[W0201]: unused import `math`
from sys import argv as words, path  #~ warning[W0201]: unused import `words`

_silent = path
LOOSE = 3  #~ warning[W0202]: unused constant `LOOSE`
EXPORTED = 4
__all__ = ["EXPORTED"]


def build(rows, _ignored, cols=1):  #~ warning[W0203]: unused parameter `cols`
    import os  #~ warning[W0201]: unused import `os`

    twice = rows * 2  #~ warning[W0301]: unused variable `twice`

    def inner(a, *args, **kw):
        return rows + a

    return inner
