"""GEMM with an activation on the accumulator: y = act(x . w), BF16 result.

`ACTIVATION` chooses at compile time; the arm that is not taken costs nothing. GELU is
its tanh form, x * sigmoid(2 * c * (x + 0.044715 * x^3)) with c = sqrt(2 / pi).

    qwc run kernels/gemm/gemm_epilogue.pl --golden
    qwc run kernels/gemm/gemm_epilogue.pl --golden -D 'ACTIVATION="gelu"'
"""
import math

import pypto.language as pl
import torch
from golden import TensorSpec

ACTIVATION = "silu"    # or "gelu", "relu"
ROWS = pl.dynamic("ROWS")
K = 256
N = 256
M_TILE = 16
K_CHUNK = 64
N_CHUNK = 64
GELU_SCALE = 2.0 * math.sqrt(2.0 / math.pi)

assert K % K_CHUNK == 0 and N % N_CHUNK == 0, f"{K_CHUNK=} {N_CHUNK=} must divide {K=} {N=}"
assert ACTIVATION in ("silu", "gelu", "relu"), f"unknown {ACTIVATION=}"


@pl.jit
def gemm_epilogue(
    x: pl.Tensor[[ROWS, K], pl.BF16],
    w: pl.Tensor[[K, N], pl.BF16],
    y: pl.Out[pl.Tensor[[ROWS, N], pl.BF16]],
):
    rows = pl.tensor.dim(x, 0)
    for m0 in pl.parallel(0, rows, M_TILE):
        valid_rows = pl.max(0, pl.min(M_TILE, rows - m0))
        for n0 in pl.parallel(0, N, N_CHUNK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm_epilogue"):
                x0 = pl.slice(x, [M_TILE, K_CHUNK], [m0, 0], valid_shape=[valid_rows, K_CHUNK])
                acc = pl.matmul(x0, w[0:K_CHUNK, n0 : n0 + N_CHUNK], out_dtype=pl.FP32)
                for k0 in pl.range(K_CHUNK, K, K_CHUNK):
                    xk = pl.slice(x, [M_TILE, K_CHUNK], [m0, k0], valid_shape=[valid_rows, K_CHUNK])
                    acc = pl.matmul_acc(acc, xk, w[k0 : k0 + K_CHUNK, n0 : n0 + N_CHUNK])
                if ACTIVATION == "silu":
                    act = pl.mul(acc, sigmoid(acc))
                elif ACTIVATION == "gelu":
                    cube = pl.mul(pl.mul(acc, acc), acc)
                    inner = pl.mul(pl.add(acc, pl.mul(cube, 0.044715)), GELU_SCALE)
                    act = pl.mul(acc, sigmoid(inner))
                else:
                    act = pl.maximum(acc, 0.0)
                y = pl.assemble(y, pl.cast(act, target_type=pl.BF16), [m0, n0])


@pl.jit.inline
def sigmoid(t: pl.Tensor[[M_TILE, N_CHUNK], pl.FP32]):
    return pl.recip(pl.add(pl.exp(pl.neg(t)), 1.0))


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w", [K, N], torch.bfloat16, init_value=lambda: torch.randn(K, N) / K ** 0.5),
        TensorSpec("y", [rows, N], torch.bfloat16, is_output=True),
    ]


def golden_gemm_epilogue(tensors):
    z = tensors["x"].float() @ tensors["w"].float()
    if ACTIVATION == "silu":
        act = z * torch.sigmoid(z)
    elif ACTIVATION == "gelu":
        act = 0.5 * z * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (z + 0.044715 * z.pow(3))))
    else:
        act = torch.clamp(z, min=0.0)
    tensors["y"][:] = act


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="GEMM with an activation")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=gemm_epilogue,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_gemm_epilogue,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-2,
        atol=1e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
