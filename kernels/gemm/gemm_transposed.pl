"""GEMM with transposed operands: y = op(a) . op(b), each stored either way.

    A_TRANS    a is [K, M] in memory, not [M, K]
    B_TRANS    b is [N, K] in memory, not [K, N], as the weights of a linear layer are

The flags are constants, so one kernel stands for four. Nothing is transposed in memory:
the product reads the operand as it lies.

    qwc run kernels/gemm/gemm_transposed.pl --golden
    qwc run kernels/gemm/gemm_transposed.pl --golden -D A_TRANS=False -D B_TRANS=True
"""
import pypto.language as pl
import torch
from golden import TensorSpec

A_TRANS = True
B_TRANS = True
M = 96
K = 192
N = 128
M_TILE = 32
K_CHUNK = 64
N_CHUNK = 64
A_ROWS, A_COLS = (K, M) if A_TRANS else (M, K)
B_ROWS, B_COLS = (N, K) if B_TRANS else (K, N)

assert M % M_TILE == 0, f"{M_TILE=} must divide {M=}"
assert K % K_CHUNK == 0 and N % N_CHUNK == 0, f"{K_CHUNK=} {N_CHUNK=} must divide {K=} {N=}"


@pl.jit
def gemm_transposed(
    a: pl.Tensor[[A_ROWS, A_COLS], pl.BF16],
    b: pl.Tensor[[B_ROWS, B_COLS], pl.BF16],
    y: pl.Out[pl.Tensor[[M, N], pl.FP32]],
):
    for m0 in pl.parallel(0, M, M_TILE):
        for n0 in pl.parallel(0, N, N_CHUNK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm"):
                acc = pl.create_tensor([M_TILE, N_CHUNK], dtype=pl.FP32)
                for k0 in pl.range(0, K, K_CHUNK):
                    if A_TRANS:
                        ak = a[k0 : k0 + K_CHUNK, m0 : m0 + M_TILE]
                    else:
                        ak = a[m0 : m0 + M_TILE, k0 : k0 + K_CHUNK]
                    if B_TRANS:
                        bk = b[n0 : n0 + N_CHUNK, k0 : k0 + K_CHUNK]
                    else:
                        bk = b[k0 : k0 + K_CHUNK, n0 : n0 + N_CHUNK]
                    if k0 == 0:
                        acc = pl.matmul(ak, bk, out_dtype=pl.FP32, a_trans=A_TRANS, b_trans=B_TRANS)
                    else:
                        acc = pl.matmul_acc(acc, ak, bk, a_trans=A_TRANS, b_trans=B_TRANS)
                y = pl.assemble(y, acc, [m0, n0])


def build_tensor_specs():
    def init_b():
        return torch.randn(B_ROWS, B_COLS) / K ** 0.5

    return [
        TensorSpec("a", [A_ROWS, A_COLS], torch.bfloat16, init_value=torch.randn),
        TensorSpec("b", [B_ROWS, B_COLS], torch.bfloat16, init_value=init_b),
        TensorSpec("y", [M, N], torch.float32, is_output=True),
    ]


def golden_gemm_transposed(tensors):
    a, b = tensors["a"].float(), tensors["b"].float()
    tensors["y"][:] = (a.T if A_TRANS else a) @ (b.T if B_TRANS else b)


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="GEMM with transposed operands")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=gemm_transposed,
        specs=build_tensor_specs(),
        golden_fn=golden_gemm_transposed,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-4,
        atol=1e-4,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
