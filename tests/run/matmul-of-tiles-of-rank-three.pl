# args: --rtol 1e-5 --atol 1e-5
"""Leading axes of matmul are equal or 1."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(a: pl.Tensor[[3, 5, 7], pl.FP32], b: pl.Tensor[[3, 7, 9], pl.FP32], c: pl.Tensor[[1, 9, 7], pl.FP32],
      y: pl.Out[pl.Tensor[[3, 5, 9], pl.FP32]], z: pl.Out[pl.Tensor[[3, 5, 9], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        y = pl.assemble(y, pl.matmul(a[:, :, :], b[:, :, :]), [0, 0, 0])
        z = pl.assemble(z, pl.matmul(a[:, :, :], c[:, :, :], b_trans=True), [0, 0, 0])


def build_specs():
    return [TensorSpec("a", [3, 5, 7], torch.float32, init_value=torch.randn),
            TensorSpec("b", [3, 7, 9], torch.float32, init_value=torch.randn),
            TensorSpec("c", [1, 9, 7], torch.float32, init_value=torch.randn),
            TensorSpec("y", [3, 5, 9], torch.float32, is_output=True),
            TensorSpec("z", [3, 5, 9], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = t["a"] @ t["b"]
    t["z"][:] = t["a"] @ t["c"][0].T
