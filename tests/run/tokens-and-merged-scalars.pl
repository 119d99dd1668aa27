"""Task tokens and prefetches say nothing at run time; scalars of both arms and of loops are carried."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[16, 32], pl.FP32], i: pl.Tensor[[1, 4], pl.INT32], y: pl.Out[pl.Tensor[[16, 32], pl.FP32]], z: pl.Out[pl.Tensor[[1, 4], pl.FP32]]):
    t = pl.system.task_dummy()
    u = pl.cross_core_slot()
    d = pl.array.create(4)
    d[0] = t
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", deps=[t, u, d[0]]) as done:
        pl.prefetch.weights(x)
        n = pl.read(i, [0, 0])
        a = 1
        b = 1.5
        if n > 2:
            a = n
            b = pl.read(x, [0, 1])
        else:
            a = 7
        c = True
        if n > 1:
            c = n > 3
        e = 2 if n > 3 else n
        s = 0.0
        m = 0
        for j in pl.range(4):
            s = s + pl.read(x, [0, j])
            m = m + pl.read(i, [0, j])
        y[:, :] = pl.add(pl.mul(x[:, :], b), pl.cast(a, pl.FP32))
        z[0, 0] = s
        z[0, 1] = pl.cast(m, pl.FP32)
        z[0, 2] = pl.cast(e, pl.FP32)
        z[0, 3] = 1.0 if c else 2.0


def build_tensor_specs():
    return [
        TensorSpec("x", [16, 32], torch.float32, init_value=lambda: torch.arange(512.0).reshape(16, 32) + 2),
        TensorSpec("i", [1, 4], torch.int32, init_value=lambda: torch.tensor([[3, 4, 5, 6]])),
        TensorSpec("y", [16, 32], torch.float32, is_output=True),
        TensorSpec("z", [1, 4], torch.float32, is_output=True),
    ]


def golden_k(t):
    t["y"][:] = t["x"] * 3 + 3
    t["z"][:] = torch.tensor([[2.0 + 3 + 4 + 5, 18.0, 3.0, 2.0]])
