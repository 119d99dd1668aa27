"""E0905: An index of gather is negative."""
# exit: 5
# run: --no-golden --engine=jit
# run: --no-golden --engine=interp
# run: --no-golden --passes=none
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], i: pl.Tensor[[4], pl.INT32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        index = pl.reshape(i[:], [4, 1])
        y[:, 0:1] = pl.gather(x[:, :], dim=-1, index=index)


def build_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
            TensorSpec("i", [4], torch.int32, init_value=torch.tensor([3, 0, -1, 2000000000])),
            ScalarSpec("n", torch.int32, 0),
            TensorSpec("y", [4, 8], torch.float32, is_output=True)]
