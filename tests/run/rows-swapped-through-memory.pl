# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --n 12 --seed 5
"""Gauss-Jordan inverse with partial pivoting: argmax per column, row swaps through memory, an assertion on the pivot."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit


def build(n):
    @pl.jit
    def invert(a: pl.Tensor[[n, n], pl.FP32], inv: pl.Out[pl.Tensor[[n, n], pl.FP32]], perm: pl.Out[pl.Tensor[[n], pl.INT32]]):
        work = pl.create_tensor([n, 2 * n], dtype=pl.FP32, init_value=0.0)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="init"):
            work[:, 0:n] = a[:, :]
            for i in pl.range(n):
                work[i, n + i] = 1.0
                perm[i] = i
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="eliminate"):
            for c in pl.range(n):
                best = -1.0
                at = c
                for r in pl.range(c, n):
                    v = pl.read(work, [r, c])
                    m = pl.max(v, -v)
                    if m > best:
                        best = m
                        at = r
                assert best > 1e-6, "singular matrix"
                if at != c:
                    upper = work[c : c + 1, :]
                    lower = work[at : at + 1, :]
                    work[c : c + 1, :] = lower
                    work[at : at + 1, :] = upper
                    pc = perm[c]
                    pa = perm[at]
                    perm[c] = pa
                    perm[at] = pc
                pivot = work[c : c + 1, :] / pl.read(work, [c, c])
                work[c : c + 1, :] = pivot
                for r in pl.range(n):
                    if r != c:
                        f = pl.read(work, [r, c])
                        work[r : r + 1, :] = work[r : r + 1, :] - pivot * f
            inv[:, :] = work[:, n : 2 * n]
    return invert


def golden(t):
    """LU-free check: solve by cofactor-free Gauss in float64, written row by row."""
    a = t["a"].double()
    n = a.shape[0]
    w = torch.cat([a, torch.eye(n, dtype=torch.float64)], dim=1)
    p = list(range(n))
    for c in range(n):
        k = c + int(w[c:, c].abs().argmax())
        if k != c:
            w[[c, k]] = w[[k, c]]
            p[c], p[k] = p[k], p[c]
        w[c] /= w[c, c].clone()
        f = w[:, c].clone()
        f[c] = 0
        w -= f[:, None] * w[c][None, :]
    t["inv"][:] = w[:, n:]
    t["perm"][:] = torch.tensor(p)
    assert torch.allclose(a @ w[:, n:], torch.eye(n, dtype=torch.float64), atol=1e-8)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=9)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    r = run_jit(build(a.n), [TensorSpec("a", [a.n, a.n], torch.float32, init_value=torch.randn),
                             TensorSpec("inv", [a.n, a.n], torch.float32, is_output=True),
                             TensorSpec("perm", [a.n], torch.int32, is_output=True)], golden_fn=golden, rtol=1e-3, atol=1e-4)
    assert r.passed, r.error
