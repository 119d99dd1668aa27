"""09 auto_chunk: let the compiler cut a loop into tasks.

    qwc run examples/09_auto_chunk.pl --golden
    qwc check --tasks examples/09_auto_chunk.pl
    qwc run examples/09_auto_chunk.pl --golden -D GROUP=5

Without `auto_chunk` a core scope is one task. With it, the loop that says `chunk=GROUP`
is cut: every GROUP iterations become a task of their own, and tasks of a parallel loop
run on all cores. GROUP need not divide the trip count, and it never changes a result:
it is a knob for speed alone. `qwc check --tasks` prints what came of it.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

M = 16
K = 256
N = 768
N_BLOCK = 64     # columns of one iteration: 12 iterations
K_STEP = 64
GROUP = 2        # iterations of one task: 6 tasks


@pl.jit
def gelu_linear(
    x: pl.Tensor[[M, K], pl.BF16],
    w: pl.Tensor[[N, K], pl.BF16],
    y: pl.Out[pl.Tensor[[M, N], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="gelu_linear", optimizations=[pl.auto_chunk]):
        for nb in pl.parallel(N // N_BLOCK, chunk=GROUP):
            n0 = nb * N_BLOCK
            acc = pl.matmul(x[:, 0:K_STEP], w[n0 : n0 + N_BLOCK, 0:K_STEP], out_dtype=pl.FP32, b_trans=True)
            for kb in pl.range(1, K // K_STEP):
                k0 = kb * K_STEP
                acc = pl.matmul_acc(acc, x[:, k0 : k0 + K_STEP], w[n0 : n0 + N_BLOCK, k0 : k0 + K_STEP], b_trans=True)
            # x * sigmoid(1.702 x)
            gate = pl.recip(pl.add(pl.exp(pl.mul(acc, -1.702)), 1.0))
            y = pl.assemble(y, pl.mul(acc, gate), [0, n0])


def build_tensor_specs():
    return [
        TensorSpec("x", [M, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w", [N, K], torch.bfloat16, init_value=lambda: torch.randn(N, K) / K ** 0.5),
        TensorSpec("y", [M, N], torch.float32, is_output=True),
    ]


def golden_gelu_linear(tensors):
    z = tensors["x"].float() @ tensors["w"].float().T
    tensors["y"][:] = z * torch.sigmoid(1.702 * z)
