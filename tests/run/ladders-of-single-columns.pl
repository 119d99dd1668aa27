"""Steps of one column each over a transposed tensor: in the whole range columns are not adjacent."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")


@pl.jit
def k(x: pl.Tensor[[N, 16], pl.FP32], w: pl.Tensor[[N, 32], pl.FP32], y: pl.Out[pl.Tensor[[2, 16, 32], pl.FP32]]):
    n = pl.tensor.dim(x, 0)
    xt = pl.transpose(x, 0, 1)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="open"):
        acc = pl.matmul(xt[:, 0:1], w[0:1, :], out_dtype=pl.FP32)
        for kb in pl.range(1, n):
            acc = pl.matmul_acc(acc, xt[:, kb : kb + 1], w[kb : kb + 1, :])
        y[0, :, :] = acc
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="fixed"):
        acc = pl.matmul(xt[:, 0:1], w[0:1, :], out_dtype=pl.FP32)
        for kb in pl.range(1, 10):
            acc = pl.matmul_acc(acc, xt[:, kb : kb + 1], w[kb : kb + 1, :])
        y[1, :, :] = acc


def build_specs():
    return [TensorSpec("x", [30, 16], torch.float32, init_value=torch.randn),
            TensorSpec("w", [30, 32], torch.float32, init_value=torch.randn),
            TensorSpec("y", [2, 16, 32], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][0] = t["x"].T @ t["w"]
    t["y"][1] = t["x"][:10].T @ t["w"][:10]
