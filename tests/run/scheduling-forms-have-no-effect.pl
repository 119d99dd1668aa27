# args: --rtol 0 --atol 0
"""Accepted for scheduling only: deps, submit, arrays of task ids, hints, splits."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit.incore
def half(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    y = pl.assemble(y, pl.mul(x[:, :], 0.5), [0, 0])
    return y


@pl.jit(auto_scope=False)
def k(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]], z: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    tids = pl.array.create(2, pl.TASK_ID)
    nums = pl.array.create(3, pl.INT32)
    nums[1] = 5
    with pl.scope():
        for i in pl.range(2):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="a", optimizations=[pl.split(pl.SplitMode.UP_DOWN)]) as t:
                y[2 * i : 2 * i + 2, :] = pl.add(pl.move(x[2 * i : 2 * i + 2, :], target_memory=pl.MemorySpace.Vec), pl.cast(nums[1], pl.FP32))
            tids[i] = t
    with pl.manual_scope():
        with pl.at(pl.Level.CORE_GROUP, deps=[tids[j] for j in range(2)]):
            for half_index in pl.split_aiv(2, mode=pl.SplitMode.UP_DOWN):
                y[2 * half_index : 2 * half_index + 1, 0:1] = pl.full([1, 1], dtype=pl.FP32, value=half_index_value(half_index))
    z = pl.submit(half, pl.no_dep(y), z)


@pl.jit.inline
def half_index_value(_i: pl.Scalar[pl.INDEX]):
    return 3


def build_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [4, 8], torch.float32, is_output=True),
            TensorSpec("z", [4, 8], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = t["x"] + 5.0
    t["y"][0::2, 0] = 3.0
    t["z"][:] = t["y"] * 0.5
