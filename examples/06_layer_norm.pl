"""06 layer_norm: any number of rows - dynamic dimensions, valid shapes, a driver.

    qwc run examples/06_layer_norm.pl
    qwc run examples/06_layer_norm.pl -- --rows 5

`ROWS` is known only when the kernel is called. Tiles keep a fixed shape all the same:
the last one is partly *valid*. `valid_shape` says how many of its rows are backed by
memory; operations hand that on, and the store writes those rows only.

With a `__main__` part the file decides itself what is run and how exactly the result
must match; words behind `--` are its arguments.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
COLS = 256
ROW_TILE = 16
EPS = 1e-5


@pl.jit
def layer_norm(
    x: pl.Tensor[[ROWS, COLS], pl.FP32],
    gamma: pl.Tensor[[1, COLS], pl.FP32],
    beta: pl.Tensor[[1, COLS], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, ROW_TILE):
        valid_rows = pl.max(0, pl.min(ROW_TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="layer_norm"):
            t = pl.slice(x, [ROW_TILE, COLS], [r0, 0], valid_shape=[valid_rows, COLS])
            mean = pl.mul(pl.row_sum(t), 1.0 / COLS)
            centred = pl.row_expand_sub(t, mean)
            variance = pl.mul(pl.row_sum(pl.mul(centred, centred)), 1.0 / COLS)
            normed = pl.row_expand_mul(centred, pl.rsqrt(pl.add(variance, EPS)))
            scaled = pl.add(pl.col_expand_mul(normed, gamma[:, :]), beta[:, :])
            y = pl.assemble(y, scaled, [r0, 0])


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("gamma", [1, COLS], torch.float32, init_value=torch.rand),
        TensorSpec("beta", [1, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("y", [rows, COLS], torch.float32, is_output=True),
    ]


def golden_layer_norm(tensors):
    x = tensors["x"]
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = centred.square().mean(dim=-1, keepdim=True)
    tensors["y"][:] = centred * torch.rsqrt(variance + EPS) * tensors["gamma"] + tensors["beta"]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="layer norm over any number of rows")
    parser.add_argument("-r", "--rows", type=int, default=37)
    args = parser.parse_args()

    result = run_jit(
        fn=layer_norm,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_layer_norm,
        rtol=1e-4,
        atol=1e-5,
    )
    if not result.passed:
        print(result.error)
        raise SystemExit(1)
