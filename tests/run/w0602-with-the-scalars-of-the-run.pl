# run: --input n=4
"""A scalar that is bound decides what stores reach (W0602); with n = 8 there would be nothing to say."""
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec


@pl.jit
def k(x: pl.Tensor[[8, 64], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[8, 64], pl.FP32]],
      z: pl.Out[pl.Tensor[[4, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="part"):
        y[:, :] = pl.slice(x, [8, 64], [0, 0], valid_shape=[n, 64])
        z[:, :] = pl.slice(x, [4, 64], [0, 0], valid_shape=[n, 64])


def build_specs():
    return [TensorSpec("x", [8, 64], torch.float32, init_value=torch.ones),
            ScalarSpec("n", torch.int32, 8),
            TensorSpec("y", [8, 64], torch.float32, is_output=True),
            TensorSpec("z", [4, 64], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][: t["n"]] = 1.0
    t["z"][:] = 1.0
