# args: --rtol 0 --atol 0 -Wno-W1005
"""drop_dims of an axis whose window may be empty: clamp=, valid_shape=, of loads, views and tiles."""
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec

R = pl.dynamic("R")


@pl.jit
def k(
    x: pl.Tensor[[R, 12], pl.FP32],
    o: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[5, 12], pl.FP32]],
    z: pl.Out[pl.Tensor[[12, 1], pl.FP32]],
):
    here = pl.max(0, pl.min(1, pl.tensor.dim(x, 0) - o))
    view = pl.slice(x, [1, 12], [o, 0], valid_shape=[here, 12], drop_dims=[0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[0, :] = pl.fillpad(pl.slice(x, [1, 12], [o, 0], clamp=True, drop_dims=[0]))
        y[1, :] = pl.fillpad(pl.slice(x, [1, 12], [o, 0], valid_shape=[here, 9], drop_dims=[0]))
        y[2, :] = pl.fillpad(view[:])
        y[3, :] = pl.slice(x, [1, 12], [o, 0], clamp=True, drop_dims=[0], pad_value=0)
        t = pl.slice(x, [4, 12], [o - 1, 0], clamp=True)
        y[4, :] = pl.fillpad(pl.slice(t, [1, 12], [1, 0], drop_dims=[0]))
        column = pl.slice(x, [4, 1], [o, 2], valid_shape=[here, 1], drop_dims=[1])
        z[0:4, :] = pl.fillpad(pl.reshape(column, [4, 1]))
        z[4:12, :] = pl.full([8, 1], dtype=pl.FP32, value=7.0)


def build_tensor_specs(r=6, o=3):
    return [
        TensorSpec("x", [r, 12], torch.float32, init_value=torch.randn),
        ScalarSpec("o", torch.int32, o),
        TensorSpec("y", [5, 12], torch.float32, is_output=True),
        TensorSpec("z", [12, 1], torch.float32, is_output=True),
    ]


def golden_k(d):
    x, o = d["x"], d["o"]
    d["z"][4:] = 7.0
    if o < x.shape[0]:
        d["y"][:] = x[o]
        d["y"][1, 9:] = 0.0
        d["z"][0] = x[o, 2]


# run: --golden --spec-arg o=3
# run: --golden --spec-arg o=5 --engine=cc
# run: --golden --spec-arg o=6
# run: --golden --spec-arg o=6 --engine=interp
# run: --golden=interp --spec-arg o=6 --passes=none
# run: --golden=interp --spec-arg o=5 --fusion=verify
