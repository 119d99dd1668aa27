"""Residual addition and RMSNorm in one pass over memory.

    resid = x + resid                            updated in place, FP32
    y = resid / sqrt(mean(resid^2) + EPS) * gamma    BF16

    qwc run kernels/norm/add_rms_norm.pl --golden
    qwc run kernels/norm/add_rms_norm.pl --golden -- -r 64
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
COLS = 512
COL_CHUNK = 128
ROW_TILE = 16
EPS = 1e-6

assert COLS % COL_CHUNK == 0, f"{COL_CHUNK=} must divide {COLS=}"


@pl.jit
def add_rms_norm(
    x: pl.Tensor[[ROWS, COLS], pl.BF16],
    gamma: pl.Tensor[[1, COLS], pl.FP32],
    resid: pl.InOut[pl.Tensor[[ROWS, COLS], pl.FP32]],
    y: pl.Out[pl.Tensor[[ROWS, COLS], pl.BF16]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, ROW_TILE):
        valid_rows = pl.max(0, pl.min(ROW_TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="add_rms_norm"):
            squares = pl.set_validshape(pl.full([ROW_TILE, 1], dtype=pl.FP32, value=0.0), valid_rows, 1)
            for c0 in pl.range(0, COLS, COL_CHUNK):
                xt = pl.slice(x, [ROW_TILE, COL_CHUNK], [r0, c0], valid_shape=[valid_rows, COL_CHUNK])
                rt = pl.slice(resid, [ROW_TILE, COL_CHUNK], [r0, c0], valid_shape=[valid_rows, COL_CHUNK])
                rt = pl.add(rt, pl.cast(xt, target_type=pl.FP32))
                resid = pl.assemble(resid, rt, [r0, c0])
                squares = pl.add(squares, pl.row_sum(pl.mul(rt, rt)))
            inv_rms = pl.rsqrt(pl.add(pl.mul(squares, 1.0 / COLS), EPS))
            for c0 in pl.range(0, COLS, COL_CHUNK):
                rt = pl.slice(resid, [ROW_TILE, COL_CHUNK], [r0, c0], valid_shape=[valid_rows, COL_CHUNK])
                t = pl.col_expand_mul(pl.row_expand_mul(rt, inv_rms), gamma[:, c0 : c0 + COL_CHUNK])
                y = pl.assemble(y, pl.cast(t, target_type=pl.BF16), [r0, c0])


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, COLS], torch.bfloat16, init_value=torch.randn),
        TensorSpec("gamma", [1, COLS], torch.float32, init_value=torch.randn),
        TensorSpec("resid", [rows, COLS], torch.float32, init_value=torch.randn, is_output=True),
        TensorSpec("y", [rows, COLS], torch.bfloat16, is_output=True),
    ]


def golden_add_rms_norm(tensors):
    resid = tensors["resid"] + tensors["x"].float()
    inv_rms = torch.rsqrt(resid.square().mean(dim=-1, keepdim=True) + EPS)
    tensors["resid"][:] = resid
    tensors["y"][:] = resid * inv_rms * tensors["gamma"]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="residual addition and RMSNorm")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=add_rms_norm,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_add_rms_norm,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-2,
        atol=1e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
