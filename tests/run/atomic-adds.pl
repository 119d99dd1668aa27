"""assemble with atomic=Add into one region from many iterations."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[10, 6], pl.FP32], i: pl.Tensor[[10, 6], pl.INT32], h: pl.Tensor[[10, 6], pl.FP16],
      y: pl.InOut[pl.Tensor[[4, 6], pl.FP32]], z: pl.Out[pl.Tensor[[1, 6], pl.INT32]], w: pl.Out[pl.Tensor[[1, 6], pl.FP16]]):
    for b in pl.range(10):
        with pl.at(level=pl.Level.CORE_GROUP):
            y = pl.assemble(y, x[b : b + 1, :], [b % 4, 0], atomic=pl.AtomicType.Add)
    for b in pl.parallel(10):
        with pl.at(level=pl.Level.CORE_GROUP):
            z = pl.assemble(z, i[b : b + 1, :], [0, 0], atomic=pl.AtomicType.Add)
            w = pl.assemble(w, h[b : b + 1, :], [0, 0], atomic=pl.AtomicType.Add)


def build_specs():
    return [TensorSpec("x", [10, 6], torch.float32, init_value=torch.randn),
            TensorSpec("i", [10, 6], torch.int32, init_value=lambda: torch.randint(-99, 99, (10, 6))),
            TensorSpec("h", [10, 6], torch.float16, init_value=torch.randn),
            TensorSpec("y", [4, 6], torch.float32, init_value=torch.ones, is_output=True),
            TensorSpec("z", [1, 6], torch.int32, is_output=True),
            TensorSpec("w", [1, 6], torch.float16, is_output=True)]


def golden_k(t):
    for b in range(10):
        t["y"][b % 4] += t["x"][b]
        t["z"][0] += t["i"][b]
        t["w"][0] += t["h"][b]
