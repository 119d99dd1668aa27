# args: --rtol 0 --atol 0
"""An axis of extent 1 that holds nothing empties what remains when it is reshaped away or dropped."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[4, 5], pl.FP32], no: pl.Scalar[pl.INT32], yes: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[12, 5], pl.FP32]]):
    none = pl.slice(x, [1, 5], [no, 0], valid_shape=[pl.max(0, pl.min(1, 4 - no)), 5])
    some = pl.slice(x, [1, 5], [yes, 0], valid_shape=[pl.max(0, pl.min(1, 4 - yes)), 3])
    view0 = pl.reshape(none, [5])
    view1 = pl.reshape(some, [5, 1])
    view2 = pl.slice(x, [1, 5], [no, 0], valid_shape=[pl.max(0, pl.min(1, 4 - no)), 5], drop_dims=[0])
    with pl.at(level=pl.Level.CORE_GROUP):
        y[0, :] = pl.add(view0, 1.0)
        y[1:2, :] = pl.reshape(pl.add(view1, 1.0), [1, 5])
        y[2, :] = pl.reshape(none, [5])
        y[3, :] = pl.reshape(some, [5])
        y[4:5, :] = pl.reshape(pl.reshape(none, [1, 5, 1]), [1, 5])
        y[5:6, :] = pl.reshape(pl.reshape(some, [1, 5, 1]), [1, 5])
        y[6, :] = pl.slice(x, [1, 5], [no, 0], valid_shape=[pl.max(0, pl.min(1, 4 - no)), 5], drop_dims=[0])
        y[7, :] = pl.slice(x, [1, 5], [yes, 0], valid_shape=[pl.max(0, pl.min(1, 4 - yes)), 4], drop_dims=[0])
        whole = x[:, :]
        y[8, :] = pl.slice(whole, [1, 5], [2, 0], valid_shape=[pl.max(0, pl.min(1, 4 - no)), 5], drop_dims=[0])
        y[9, :] = pl.slice(whole, [1, 5], [2, 0], valid_shape=[pl.max(0, pl.min(1, 4 - yes)), 5], drop_dims=[0])
        y[10, :] = view2
        one = pl.slice(x, [1, 1], [no, 0], valid_shape=[pl.max(0, pl.min(1, 4 - no)), 1])
        y[11, 0:1] = pl.reshape(one, [1])


def build_specs():
    return [TensorSpec("x", [4, 5], torch.float32, init_value=torch.randn), ScalarSpec("no", torch.int32, 4),
            ScalarSpec("yes", torch.int32, 1), TensorSpec("y", [12, 5], torch.float32, is_output=True)]


def golden_k(t):
    x, y = t["x"], t["y"]
    y[1, :3] = x[1, :3] + 1.0
    y[3, :3] = x[1, :3]
    y[5, :3] = x[1, :3]
    y[7, :4] = x[1, :4]
    y[9] = x[2]
