"""11 inline functions: say a thing once, use it in several places.

    qwc run examples/11_inline.pl --golden

A `@pl.jit.inline` function works as if its body stood where it is called, with names of
its own. Tensors are passed by reference: a store in the function changes the memory of
the caller. Scalars and tiles are passed by value.

`pl.unroll` repeats its body at compile time, so `which` is a constant in each copy and
the `if` costs nothing.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 32
COLS = 64
TILE = 16


@pl.jit.inline
def activate(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
    use_silu: pl.Scalar[pl.BOOL],
):
    for r0 in pl.parallel(0, ROWS, TILE):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="activate"):
            t = x[r0 : r0 + TILE, :]
            if use_silu:
                t = pl.mul(t, pl.recip(pl.add(pl.exp(pl.neg(t)), 1.0)))
            else:
                t = pl.maximum(t, 0.0)
            y = pl.assemble(y, t, [r0, 0])
    return y


@pl.jit
def activations(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    relu: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
    silu: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
):
    for which in pl.unroll(2):
        if which == 0:
            relu = activate(x, relu, False)
        else:
            silu = activate(x, silu, True)


def build_tensor_specs():
    return [
        TensorSpec("x", [ROWS, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("relu", [ROWS, COLS], torch.float32, is_output=True),
        TensorSpec("silu", [ROWS, COLS], torch.float32, is_output=True),
    ]


def golden_activations(tensors):
    x = tensors["x"]
    tensors["relu"][:] = torch.clamp(x, min=0.0)
    tensors["silu"][:] = x * torch.sigmoid(x)
