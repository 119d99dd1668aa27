"""Tensors and tiles that are created with a valid shape have it; what is not valid reads as 0."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    i: pl.Tensor[[1, 1], pl.INT32],
    x: pl.Tensor[[16, 32], pl.FP32],
    part: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
    tile: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
    view: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
    ints: pl.Out[pl.Tensor[[4], pl.INT32]],
):
    n = pl.read(i, [0, 0])
    buf = pl.create_tensor([16, 32], dtype=pl.FP32, valid_shape=[n, 32])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="fill"):
        buf[:, :] = x[:, :]
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="part"):
        part[:, :] = pl.fillpad(buf[:, :], pad_value=pl.PadValue.zero)
        t = pl.create_tensor([16, 32], dtype=pl.FP32, init_value=2.0, valid_shape=[n, 32])
        tile[:, :] = pl.fillpad(pl.add(t, 1.0), pad_value=pl.PadValue.zero)
        a = pl.array.create(4, dtype=pl.INT32)
        pl.write(a, [1], n)
        ints[:] = a
    v = pl.set_validshape(x, n, 32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="view"):
        view[:, :] = pl.fillpad(v[:, :], pad_value=pl.PadValue.zero)


def build_tensor_specs():
    return [
        TensorSpec("i", [1, 1], torch.int32, init_value=5),
        TensorSpec("x", [16, 32], torch.float32, init_value=lambda: torch.arange(512.0).reshape(16, 32) + 1),
        TensorSpec("part", [16, 32], torch.float32, is_output=True),
        TensorSpec("tile", [16, 32], torch.float32, is_output=True),
        TensorSpec("view", [16, 32], torch.float32, is_output=True),
        TensorSpec("ints", [4], torch.int32, is_output=True),
    ]


def golden_k(t):
    valid = torch.arange(16).reshape(16, 1) < 5
    t["part"][:] = t["x"] * valid
    t["tile"][:] = 3.0 * valid
    t["view"][:] = t["x"] * valid
    t["ints"][:] = torch.tensor([0, 5, 0, 0])
