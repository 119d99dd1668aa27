"""A load is a snapshot in a ladder too, whichever of its windows is loaded first."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(a: pl.Tensor[[16, 128], pl.FP32], b: pl.InOut[pl.Tensor[[128, 32], pl.FP32]],
      y: pl.Out[pl.Tensor[[2, 16, 32], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="second_window"):
        b1 = b[64:128, :]
        b = pl.assemble(b, pl.full([64, 32], dtype=pl.FP32, value=3.0), [64, 0])
        acc = pl.matmul(a[:, 0:64], b[0:64, :], out_dtype=pl.FP32)
        acc = pl.matmul_acc(acc, a[:, 64:128], b1)
        y[0, :, :] = acc
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="window_of_the_first_iteration"):
        b0 = b[0:32, :]
        b = pl.assemble(b, pl.full([32, 32], dtype=pl.FP32, value=4.0), [0, 0])
        sum = pl.create_tensor([16, 32], dtype=pl.FP32)
        for kb in pl.range(4):
            if kb == 0:
                sum = pl.matmul(a[:, 0:32], b0, out_dtype=pl.FP32)
            else:
                sum = pl.matmul_acc(sum, a[:, kb * 32 : kb * 32 + 32], b[kb * 32 : kb * 32 + 32, :])
        y[1, :, :] = sum


def build_specs():
    return [TensorSpec("a", [16, 128], torch.float32, init_value=torch.randn),
            TensorSpec("b", [128, 32], torch.float32, init_value=torch.randn, is_output=True),
            TensorSpec("y", [2, 16, 32], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][0] = t["a"] @ t["b"]
    t["b"][64:] = 3.0
    t["y"][1] = t["a"] @ t["b"]
    t["b"][:32] = 4.0
