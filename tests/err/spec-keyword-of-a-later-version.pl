# exit: 1
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    y = pl.assemble(y, x, [0, 0])

import torch
from golden import TensorSpec

s = TensorSpec("x", [2], torch.float32, layout="NZ")  #~ warning[W1001]: TensorSpec: keyword `layout` is ignored
assert s.shape == [2]
