"""Symmetric INT8 quantisation, one scale a row: q = round(x / scale), scale = max|x| / 127.

Ties round to even, as in the reference. A row of zeros gets a tiny scale, not 0.

    qwc run kernels/quant/quantize_rows.pl --golden
    qwc run kernels/quant/quantize_rows.pl --golden -- -r 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
COLS = 512
COL_CHUNK = 128
ROW_TILE = 16
TINY = 1e-12

assert COLS % COL_CHUNK == 0, f"{COL_CHUNK=} must divide {COLS=}"


@pl.jit
def quantize_rows(
    x: pl.Tensor[[ROWS, COLS], pl.BF16],
    q: pl.Out[pl.Tensor[[ROWS, COLS], pl.INT8]],
    scale: pl.Out[pl.Tensor[[ROWS, 1], pl.FP32]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, ROW_TILE):
        valid_rows = pl.max(0, pl.min(ROW_TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="quantize"):
            largest = pl.set_validshape(pl.full([ROW_TILE, 1], dtype=pl.FP32, value=TINY), valid_rows, 1)
            for c0 in pl.range(0, COLS, COL_CHUNK):
                t = pl.slice(x, [ROW_TILE, COL_CHUNK], [r0, c0], valid_shape=[valid_rows, COL_CHUNK])
                largest = pl.maximum(largest, pl.row_max(pl.abs(pl.cast(t, target_type=pl.FP32))))
            step = pl.div(largest, 127.0)
            scale = pl.assemble(scale, step, [r0, 0])
            for c0 in pl.range(0, COLS, COL_CHUNK):
                t = pl.slice(x, [ROW_TILE, COL_CHUNK], [r0, c0], valid_shape=[valid_rows, COL_CHUNK])
                t = pl.row_expand_div(pl.cast(t, target_type=pl.FP32), step)
                q = pl.assemble(q, pl.cast(t, target_type=pl.INT8, mode="rint"), [r0, c0])


def build_tensor_specs(rows=37):
    def init_x():
        x = torch.randn(rows, COLS)
        if rows > 1:
            x[1, :] = 0.0
        return x

    return [
        TensorSpec("x", [rows, COLS], torch.bfloat16, init_value=init_x),
        TensorSpec("q", [rows, COLS], torch.int8, is_output=True),
        TensorSpec("scale", [rows, 1], torch.float32, is_output=True),
    ]


def golden_quantize_rows(tensors):
    x = tensors["x"].float()
    scale = torch.clamp(x.abs().amax(dim=-1, keepdim=True), min=TINY) / 127.0
    tensors["scale"][:] = scale
    tensors["q"][:] = torch.round(x / scale).to(torch.int8)


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="quantises rows to INT8")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=quantize_rows,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_quantize_rows,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=0.0,
        atol=0.0,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
