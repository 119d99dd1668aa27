"""Functions of the C library have these names; a kernel that has one, too, calls itself."""
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

SHAPE = [4, 8]


@pl.jit
def step(x: pl.Tensor[SHAPE, pl.FP32], y: pl.Out[pl.Tensor[SHAPE, pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="send"):
        y[:, :] = x[:, :] * 2.0


@pl.jit
def write(x: pl.Tensor[SHAPE, pl.FP32], y: pl.Out[pl.Tensor[SHAPE, pl.FP32]]):
    for i in pl.parallel(4):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="close"):
            y[i : i + 1, :] = x[i : i + 1, :] * 2.0


@pl.jit.incore
def read(x: pl.Tensor, y: pl.Tensor):
    y[:, :] = x[:, :] * 2.0


@pl.jit
def time(x: pl.Tensor[SHAPE, pl.FP32], y: pl.Out[pl.Tensor[SHAPE, pl.FP32]]):
    read(x, y)


def golden(t):
    t["y"][:] = 2 * t["x"]


if __name__ == "__main__":
    for kernel in (step, write, time):
        specs = [TensorSpec("x", SHAPE, torch.float32, init_value=torch.randn), TensorSpec("y", SHAPE, torch.float32, is_output=True)]
        assert run_jit(kernel, specs, golden_fn=golden, rtol=0, atol=0).passed
