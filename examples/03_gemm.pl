"""03 gemm: a big product in small steps - blocks and the K ladder.

    qwc run examples/03_gemm.pl --golden
    qwc run examples/03_gemm.pl --golden -D K_STEP=128

A matrix is cut twice. `pl.parallel` walks over blocks of the output: its iterations are
independent, so every core scope in it is a task that any thread may take. Inside a task
a *ladder* walks over K: `pl.matmul` opens the accumulator, `pl.matmul_acc` adds the
other steps. The compiler sees through the ladder and makes one GEMM of it that reads
both matrices in place.

`-D` overrides a constant. The assertions are checked again, and the result stays the
same to the last bit: a step is a matter of speed only.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

M = 64
N = 192
K = 256
M_BLOCK = 32
N_BLOCK = 64
K_STEP = 64

assert M % M_BLOCK == 0 and N % N_BLOCK == 0, f"{M_BLOCK=} {N_BLOCK=} must divide {M=} {N=}"
assert K % K_STEP == 0, f"{K_STEP=} must divide {K=}"


@pl.jit
def gemm(
    a: pl.Tensor[[M, K], pl.BF16],
    b: pl.Tensor[[K, N], pl.BF16],
    c: pl.Out[pl.Tensor[[M, N], pl.FP32]],
):
    for m0 in pl.parallel(0, M, M_BLOCK):
        for n0 in pl.parallel(0, N, N_BLOCK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm"):
                acc = pl.matmul(
                    a[m0 : m0 + M_BLOCK, 0:K_STEP], b[0:K_STEP, n0 : n0 + N_BLOCK], out_dtype=pl.FP32
                )
                for k0 in pl.range(K_STEP, K, K_STEP):
                    ak = a[m0 : m0 + M_BLOCK, k0 : k0 + K_STEP]
                    bk = b[k0 : k0 + K_STEP, n0 : n0 + N_BLOCK]
                    acc = pl.matmul_acc(acc, ak, bk)
                c = pl.assemble(c, acc, [m0, n0])


def build_tensor_specs():
    def init_a():
        return torch.rand(M, K) - 0.5

    def init_b():
        return (torch.rand(K, N) - 0.5) / K ** 0.5

    return [
        TensorSpec("a", [M, K], torch.bfloat16, init_value=init_a),
        TensorSpec("b", [K, N], torch.bfloat16, init_value=init_b),
        TensorSpec("c", [M, N], torch.float32, is_output=True),
    ]


def golden_gemm(tensors):
    tensors["c"][:] = tensors["a"].float() @ tensors["b"].float()
