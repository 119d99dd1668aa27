"""GEMM of quantised operands, W8A8: y = (x . w^T) * x_scale * w_scale, BF16 result.

INT8 activations with a scale for every row, INT8 weights [N, K] with a scale for every
output column. The sum over K is exact in INT32, in any order and for any step; only the
scaling rounds. quant/quantize_rows.pl makes such activations.

    qwc run kernels/gemm/gemm_w8a8.pl --golden
    qwc run kernels/gemm/gemm_w8a8.pl --golden -- -r 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
K = 512
N = 256
M_TILE = 16
K_CHUNK = 128
N_CHUNK = 64
N_BLOCKS_PER_TASK = 2

assert K % K_CHUNK == 0 and N % N_CHUNK == 0, f"{K_CHUNK=} {N_CHUNK=} must divide {K=} {N=}"


@pl.jit
def gemm_w8a8(
    x: pl.Tensor[[ROWS, K], pl.INT8],
    x_scale: pl.Tensor[[ROWS, 1], pl.FP32],
    w: pl.Tensor[[N, K], pl.INT8],
    w_scale: pl.Tensor[[1, N], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, N], pl.BF16]],
):
    rows = pl.tensor.dim(x, 0)
    for m0 in pl.parallel(0, rows, M_TILE):
        valid_rows = pl.max(0, pl.min(M_TILE, rows - m0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm_w8a8", optimizations=[pl.auto_chunk]):
            for nb in pl.parallel(N // N_CHUNK, chunk=N_BLOCKS_PER_TASK):
                n0 = nb * N_CHUNK
                x0 = pl.slice(x, [M_TILE, K_CHUNK], [m0, 0], valid_shape=[valid_rows, K_CHUNK])
                acc = pl.matmul(x0, w[n0 : n0 + N_CHUNK, 0:K_CHUNK], out_dtype=pl.INT32, b_trans=True)
                for k0 in pl.range(K_CHUNK, K, K_CHUNK):
                    xk = pl.slice(x, [M_TILE, K_CHUNK], [m0, k0], valid_shape=[valid_rows, K_CHUNK])
                    acc = pl.matmul_acc(acc, xk, w[n0 : n0 + N_CHUNK, k0 : k0 + K_CHUNK], b_trans=True)
                xs = pl.slice(x_scale, [M_TILE, 1], [m0, 0], valid_shape=[valid_rows, 1])
                z = pl.row_expand_mul(pl.cast(acc, target_type=pl.FP32), xs)
                z = pl.col_expand_mul(z, w_scale[:, n0 : n0 + N_CHUNK])
                y = pl.assemble(y, pl.cast(z, target_type=pl.BF16), [m0, n0])


def build_tensor_specs(rows=37):
    def int8(rows, cols):
        return lambda: torch.randint(-127, 128, (rows, cols))

    return [
        TensorSpec("x", [rows, K], torch.int8, init_value=int8(rows, K)),
        TensorSpec("x_scale", [rows, 1], torch.float32, init_value=lambda: (torch.rand(rows, 1) + 0.5) / 127),
        TensorSpec("w", [N, K], torch.int8, init_value=int8(N, K)),
        TensorSpec("w_scale", [1, N], torch.float32, init_value=lambda: (torch.rand(1, N) + 0.5) / 127),
        TensorSpec("y", [rows, N], torch.bfloat16, is_output=True),
    ]


def golden_gemm_w8a8(tensors):
    acc = tensors["x"].to(torch.int32) @ tensors["w"].to(torch.int32).T
    tensors["y"][:] = acc.float() * tensors["x_scale"] * tensors["w_scale"]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="GEMM of INT8 operands with scales")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=gemm_w8a8,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_gemm_w8a8,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=0.0,
        atol=0.0,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
