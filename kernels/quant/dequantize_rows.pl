"""The way back from INT8: x = q * scale, one scale a row, BF16 result.

    qwc run kernels/quant/dequantize_rows.pl --golden
    qwc run kernels/quant/dequantize_rows.pl --golden -- -r 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
COLS = 512
COL_CHUNK = 128
ROW_TILE = 16

assert COLS % COL_CHUNK == 0, f"{COL_CHUNK=} must divide {COLS=}"


@pl.jit
def dequantize_rows(
    q: pl.Tensor[[ROWS, COLS], pl.INT8],
    scale: pl.Tensor[[ROWS, 1], pl.FP32],
    x: pl.Out[pl.Tensor[[ROWS, COLS], pl.BF16]],
):
    rows = pl.tensor.dim(q, 0)
    for r0 in pl.parallel(0, rows, ROW_TILE):
        valid_rows = pl.max(0, pl.min(ROW_TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="dequantize"):
            step = pl.slice(scale, [ROW_TILE, 1], [r0, 0], valid_shape=[valid_rows, 1])
            for c0 in pl.range(0, COLS, COL_CHUNK):
                t = pl.slice(q, [ROW_TILE, COL_CHUNK], [r0, c0], valid_shape=[valid_rows, COL_CHUNK])
                t = pl.row_expand_mul(pl.cast(t, target_type=pl.FP32), step)
                x = pl.assemble(x, pl.cast(t, target_type=pl.BF16), [r0, c0])


def build_tensor_specs(rows=37):
    return [
        TensorSpec("q", [rows, COLS], torch.int8, init_value=lambda: torch.randint(-128, 128, (rows, COLS))),
        TensorSpec("scale", [rows, 1], torch.float32, init_value=lambda: torch.rand(rows, 1) / 127),
        TensorSpec("x", [rows, COLS], torch.bfloat16, is_output=True),
    ]


def golden_dequantize_rows(tensors):
    tensors["x"][:] = tensors["q"].float() * tensors["scale"]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="turns INT8 rows back into BF16")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=dequantize_rows,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_dequantize_rows,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=0.0,
        atol=0.0,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
