"""GEMM with bias: y = x . w + bias, any number of rows.

Rows in tiles of M_TILE, columns in blocks of N_CHUNK, two blocks a task; a ladder over
K. The last row tile is partly valid, so the store trims itself.

    qwc run kernels/gemm/gemm_bias.pl --golden
    qwc run kernels/gemm/gemm_bias.pl --golden -- -r 5
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
K = 256
N = 384
M_TILE = 16
K_CHUNK = 64
N_CHUNK = 64
N_BLOCKS_PER_TASK = 2

assert K % K_CHUNK == 0 and N % N_CHUNK == 0, f"{K_CHUNK=} {N_CHUNK=} must divide {K=} {N=}"


@pl.jit
def gemm_bias(
    x: pl.Tensor[[ROWS, K], pl.BF16],
    w: pl.Tensor[[K, N], pl.BF16],
    bias: pl.Tensor[[1, N], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, N], pl.FP32]],
):
    rows = pl.tensor.dim(x, 0)
    for m0 in pl.parallel(0, rows, M_TILE):
        valid_rows = pl.max(0, pl.min(M_TILE, rows - m0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm_bias", optimizations=[pl.auto_chunk]):
            for nb in pl.parallel(N // N_CHUNK, chunk=N_BLOCKS_PER_TASK):
                n0 = nb * N_CHUNK
                x0 = pl.slice(x, [M_TILE, K_CHUNK], [m0, 0], valid_shape=[valid_rows, K_CHUNK])
                acc = pl.matmul(x0, w[0:K_CHUNK, n0 : n0 + N_CHUNK], out_dtype=pl.FP32)
                for kb in pl.range(1, K // K_CHUNK):
                    k0 = kb * K_CHUNK
                    xk = pl.slice(x, [M_TILE, K_CHUNK], [m0, k0], valid_shape=[valid_rows, K_CHUNK])
                    acc = pl.matmul_acc(acc, xk, w[k0 : k0 + K_CHUNK, n0 : n0 + N_CHUNK])
                y = pl.assemble(y, pl.add(acc, bias[:, n0 : n0 + N_CHUNK]), [m0, n0])


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w", [K, N], torch.bfloat16, init_value=lambda: torch.randn(K, N) / K ** 0.5),
        TensorSpec("bias", [1, N], torch.float32, init_value=torch.randn),
        TensorSpec("y", [rows, N], torch.float32, is_output=True),
    ]


def golden_gemm_bias(tensors):
    tensors["y"][:] = tensors["x"].float() @ tensors["w"].float() + tensors["bias"]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="GEMM with bias")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=gemm_bias,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_gemm_bias,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-4,
        atol=1e-4,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
