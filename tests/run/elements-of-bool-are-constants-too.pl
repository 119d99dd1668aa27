"""BOOL constants in every place that takes an element; `and`, `or` of constants follow the host."""
import pypto.language as pl
import torch
from golden import TensorSpec

# run: --golden
# run: --golden --engine=interp
# run: --golden --engine=cc
# run: --golden --passes=none
N, M, ZERO = 4, 3, 0


@pl.jit
def k(x: pl.Tensor[[4], pl.INT32], m: pl.Out[pl.Tensor[[4, 4], pl.BOOL]], y: pl.Out[pl.Tensor[[4], pl.INT32]]):
    small = pl.const(True, pl.BOOL)
    buffer = pl.create_tensor([2, 4], dtype=pl.BOOL, init_value=True)
    pl.write(buffer, [0, 1], False)
    for i in pl.range(4):
        pl.write(m, [0, i], pl.read(x, [i]) > 1)
        if pl.read(x, [i]) > 1 and small:
            pl.write(y, [i], (N and M) + (ZERO or N))
        else:
            pl.write(y, [i], N and ZERO)
    with pl.at(level=pl.Level.CORE_GROUP):
        m[1:2, :] = buffer[0:1, :]
        m[2:3, :] = pl.full([1, 4], dtype=pl.BOOL, value=True)
        m[3:4, :] = pl.expands(m[0:1, :], pl.read(x, [2]) > 1)


def build_specs():
    return [TensorSpec("x", [4], torch.int32, init_value=torch.tensor([0, 1, 2, 3])),
            TensorSpec("m", [4, 4], torch.bool, is_output=True),
            TensorSpec("y", [4], torch.int32, is_output=True)]


def golden_k(g):
    g["m"][:] = torch.tensor([[False, False, True, True], [True, False, True, True], [True] * 4, [True] * 4])
    g["y"][:] = torch.tensor([0, 0, 7, 7])
