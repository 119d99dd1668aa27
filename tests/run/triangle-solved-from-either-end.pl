# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --nrhs 1
# run: -q --golden --fusion=verify -- --nrhs 40 --upper
"""Blocked triangular solve L X = B (or U X = B): diagonal blocks by substitution, panels by GEMM."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

R = pl.dynamic("R")
N = 24
NB = 8
RT = 16


def build_solver(upper: bool):
    steps = N // NB

    @pl.jit
    def trsm(a: pl.Tensor[[N, N], pl.FP32], b: pl.Tensor[[N, R], pl.FP32], x: pl.Out[pl.Tensor[[N, R], pl.FP32]]):
        r = pl.tensor.dim(b, 1)
        for c0 in pl.parallel(0, r, RT):
            v = pl.min(RT, r - c0)
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="solve"):
                for s in pl.range(steps):
                    blk = steps - 1 - s if upper else s
                    k0 = blk * NB
                    rhs = pl.slice(b, [NB, RT], [k0, c0], valid_shape=[NB, v])
                    for q in pl.range(s):
                        j0 = (steps - 1 - q if upper else q) * NB
                        lij = pl.slice(a, [NB, NB], [k0, j0])
                        xj = pl.slice(x, [NB, RT], [j0, c0], valid_shape=[NB, v])
                        rhs = rhs - pl.matmul(lij, xj)
                    for i in pl.range(NB):
                        ii = NB - 1 - i if upper else i
                        row = pl.slice(rhs, [1, RT], [ii, 0])
                        for j in pl.range(i):
                            jj = NB - 1 - j if upper else j
                            row = row - x[k0 + jj : k0 + jj + 1, c0 : c0 + RT] * a[k0 + ii, k0 + jj] if False else row - pl.slice(x, [1, RT], [k0 + jj, c0], valid_shape=[1, v]) * pl.read(a, [k0 + ii, k0 + jj])
                        row = row / pl.read(a, [k0 + ii, k0 + ii])
                        x = pl.assemble(x, pl.set_validshape(row, 1, v), [k0 + ii, c0])
    return trsm


def make(nrhs, upper):
    def init_a():
        t = torch.rand(N, N) * 0.3
        t = torch.triu(t) if upper else torch.tril(t)
        return t + torch.eye(N) * 2
    return [TensorSpec("a", [N, N], torch.float32, init_value=init_a),
            TensorSpec("b", [N, nrhs], torch.float32, init_value=torch.randn),
            TensorSpec("x", [N, nrhs], torch.float32, is_output=True)]


def golden(t):
    a, b = t["a"].double(), t["b"].double()
    upper = bool((a.tril(-1) == 0).all())
    x = torch.zeros_like(b)
    for i in (range(N - 1, -1, -1) if upper else range(N)):
        x[i] = (b[i] - a[i] @ x) / a[i, i]
    t["x"].copy_(x)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--nrhs", type=int, default=21)
    ap.add_argument("--upper", action="store_true")
    o = ap.parse_args()
    r = run_jit(build_solver(o.upper), make(o.nrhs, o.upper), golden_fn=golden, rtol=1e-4, atol=1e-5)
    if not r.passed:
        raise SystemExit(1)
