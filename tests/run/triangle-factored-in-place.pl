# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
"""Right-looking blocked Cholesky in place, lower triangle; trailing update by GEMM with b_trans; while/if/for mixes in orchestration."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

N, NB = 24, 6


@pl.jit
def chol(a: pl.InOut[pl.Tensor[[N, N], pl.FP32]]):
    for k0 in pl.range(0, N, NB):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="panel"):
            for j in pl.range(NB):
                c = k0 + j
                d = a[c, c]
                for p in pl.range(k0, c):
                    d = d - a[c, p] * a[c, p]
                col = pl.full([1, 1], dtype=pl.FP32, value=0.0)
                pl.write(col, [0, 0], d)
                root = pl.read(pl.sqrt(col), [0, 0])
                a[c, c] = root
                for i in pl.range(c + 1, N):
                    s = a[i, c]
                    for p in pl.range(k0, c):
                        s = s - a[i, p] * a[c, p]
                    a[i, c] = s / root
        if k0 + NB < N:
            for i0 in pl.range(k0 + NB, N, NB):
                for j0 in pl.range(k0 + NB, i0 + NB, NB):
                    with pl.at(level=pl.Level.CORE_GROUP, name_hint="update"):
                        li = a[i0 : i0 + NB, k0 : k0 + NB]
                        lj = a[j0 : j0 + NB, k0 : k0 + NB]
                        a[i0 : i0 + NB, j0 : j0 + NB] = a[i0 : i0 + NB, j0 : j0 + NB] - pl.matmul(li, lj, b_trans=True)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="clear"):
        for i in pl.range(N - 1):
            for j in pl.range(i + 1, N):
                a[i, j] = 0.0


def golden(t):
    a = t["a"].double()
    l = torch.zeros_like(a)
    for j in range(N):
        l[j, j] = (a[j, j] - (l[j, :j] ** 2).sum()).sqrt()
        for i in range(j + 1, N):
            l[i, j] = (a[i, j] - (l[i, :j] * l[j, :j]).sum()) / l[j, j]
    t["a"][:] = l


if __name__ == "__main__":
    argparse.ArgumentParser().parse_args()

    def spd():
        q = torch.rand(N, N)
        return q @ q.t() + N * torch.eye(N)

    assert run_jit(chol, [TensorSpec("a", [N, N], torch.float32, init_value=spd, is_output=True)], golden_fn=golden, rtol=1e-4, atol=1e-5).passed
