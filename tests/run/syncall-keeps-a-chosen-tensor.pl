"""A block chooses a tensor before a barrier and stores into it, and reads it, after."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[4, 64], pl.FP32],
    i: pl.Tensor[[4], pl.INT32],
    y: pl.Out[pl.Tensor[[4, 64], pl.FP32]],
    z: pl.Out[pl.Tensor[[4, 64], pl.FP32]],
    w: pl.Out[pl.Tensor[[4, 64], pl.FP32]],
):
    for b in pl.spmd(4):
        if pl.read(i, [b]) > 2:
            t = y
            from_ = x
        elif b == 1:
            t = w
            from_ = y
        else:
            t = z
            from_ = z
        y = pl.assemble(y, x[b : b + 1, :], [b, 0])
        z = pl.assemble(z, x[b : b + 1, :] * 2.0, [b, 0])
        w = pl.assemble(w, x[b : b + 1, :] * 3.0, [b, 0])
        pl.system.syncall()
        a = pl.slice(from_, [1, 64], [3 - b, 0]) + 1.0
        pl.system.syncall()
        t = pl.assemble(t, a, [b, 0])


def build_specs():
    return [
        TensorSpec("x", [4, 64], torch.float32, init_value=torch.randn),
        TensorSpec("i", [4], torch.int32, init_value=torch.tensor([5, 0, 1, 3])),
        TensorSpec("y", [4, 64], torch.float32, is_output=True),
        TensorSpec("z", [4, 64], torch.float32, is_output=True),
        TensorSpec("w", [4, 64], torch.float32, is_output=True),
    ]


def golden_k(t):
    x = t["x"]
    t["y"][:] = x
    t["z"][:] = x * 2.0
    t["w"][:] = x * 3.0
    t["y"][0] = x[3] + 1.0
    t["w"][1] = x[2] + 1.0
    t["z"][2] = x[1] * 2.0 + 1.0
    t["y"][3] = x[0] + 1.0
