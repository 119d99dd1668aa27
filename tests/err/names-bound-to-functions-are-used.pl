# exit: 1
# what the command line looks for by name is no unused constant
import torch
from golden import TensorSpec
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[4, 4], pl.FP32], y: pl.Out[pl.Tensor[[4, 4], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
        y = pl.assemble(y, x[:, :], [0, 0])


def specs():
    return [TensorSpec("x", [4, 4], torch.float32, init_value=torch.randn),
            TensorSpec("y", [4, 4], torch.float32, is_output=True)]


build_tensor_specs = specs
golden_copy = lambda tensors: tensors["y"].copy_(tensors["x"])
left_over = 3    #~ warning[W0202]: unused constant `left_over`
