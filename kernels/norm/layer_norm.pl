"""LayerNorm of wide rows: y = (x - mean) / sqrt(var + EPS) * gamma + beta, BF16.

A row is wider than a tile, so it is walked three times in steps of COL_CHUNK: mean,
variance around that mean, result. That is more exact than one pass with sums of squares.

    qwc run kernels/norm/layer_norm.pl --golden
    qwc run kernels/norm/layer_norm.pl --golden -- -r 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
COLS = 768
COL_CHUNK = 128
ROW_TILE = 16
EPS = 1e-5

assert COLS % COL_CHUNK == 0, f"{COL_CHUNK=} must divide {COLS=}"


@pl.jit
def layer_norm(
    x: pl.Tensor[[ROWS, COLS], pl.BF16],
    gamma: pl.Tensor[[1, COLS], pl.FP32],
    beta: pl.Tensor[[1, COLS], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, COLS], pl.BF16]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, ROW_TILE):
        valid_rows = pl.max(0, pl.min(ROW_TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="layer_norm"):
            zeros = pl.set_validshape(pl.full([ROW_TILE, 1], dtype=pl.FP32, value=0.0), valid_rows, 1)
            total = zeros
            for c0 in pl.range(0, COLS, COL_CHUNK):
                t = load(x, r0, c0, valid_rows)
                total = pl.add(total, pl.row_sum(t))
            mean = pl.mul(total, 1.0 / COLS)

            squares = zeros
            for c0 in pl.range(0, COLS, COL_CHUNK):
                d = pl.row_expand_sub(load(x, r0, c0, valid_rows), mean)
                squares = pl.add(squares, pl.row_sum(pl.mul(d, d)))
            inv_std = pl.rsqrt(pl.add(pl.mul(squares, 1.0 / COLS), EPS))

            for c0 in pl.range(0, COLS, COL_CHUNK):
                d = pl.row_expand_sub(load(x, r0, c0, valid_rows), mean)
                t = pl.col_expand_mul(pl.row_expand_mul(d, inv_std), gamma[:, c0 : c0 + COL_CHUNK])
                t = pl.add(t, beta[:, c0 : c0 + COL_CHUNK])
                y = pl.assemble(y, pl.cast(t, target_type=pl.BF16), [r0, c0])


@pl.jit.inline
def load(
    x: pl.Tensor[[ROWS, COLS], pl.BF16],
    r0: pl.Scalar[pl.INT64],
    c0: pl.Scalar[pl.INT64],
    valid_rows: pl.Scalar[pl.INT64],
):
    t = pl.slice(x, [ROW_TILE, COL_CHUNK], [r0, c0], valid_shape=[valid_rows, COL_CHUNK])
    return pl.cast(t, target_type=pl.FP32)


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, COLS], torch.bfloat16, init_value=lambda: torch.randn(rows, COLS) + 3.0),
        TensorSpec("gamma", [1, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("beta", [1, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("y", [rows, COLS], torch.bfloat16, is_output=True),
    ]


def golden_layer_norm(tensors):
    x = tensors["x"].float()
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, unbiased=False, keepdim=True)
    tensors["y"][:] = (x - mean) * torch.rsqrt(var + EPS) * tensors["gamma"] + tensors["beta"]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="LayerNorm of wide rows")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=layer_norm,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_layer_norm,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-2,
        atol=1e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
