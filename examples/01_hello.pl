"""01 hello: one kernel - load, compute, store.

    qwc run examples/01_hello.pl --golden

A parameter is a *tensor*: a reference to memory. Inside `with pl.at(...)`, a core scope,
a subscript loads a *tile*, which is a value; operations make new tiles, and
`pl.assemble` stores one into a tensor at the given row and column. A core scope is one
task: the unit that a worker thread runs.

`--golden` makes the inputs that `build_tensor_specs` describes, runs the kernel, calls
`golden_hello` on the same inputs, and compares every element of the output.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 32
COLS = 64


@pl.jit
def hello(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="hello"):
        t = x[0:ROWS, 0:COLS]
        doubled = pl.mul(t, 2.0)
        y = pl.assemble(y, pl.add(doubled, 1.0), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [ROWS, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("y", [ROWS, COLS], torch.float32, is_output=True),
    ]


def golden_hello(tensors):
    tensors["y"][:] = 2.0 * tensors["x"] + 1.0
