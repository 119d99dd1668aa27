# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --n 5
"""Poisson on a grid: Jacobi sweeps until the residual is small, two buffers swapped by reference through a while loop in orchestration."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

MAXIT = 400


def build(n, tol):
    m = n + 2

    @pl.jit
    def poisson(f: pl.Tensor[[n, n], pl.FP32], u: pl.Out[pl.Tensor[[n, n], pl.FP32]], its: pl.Out[pl.Tensor[[1], pl.INT32]]):
        cur = pl.create_tensor([m, m], dtype=pl.FP32, init_value=0.0)
        nxt = pl.create_tensor([m, m], dtype=pl.FP32, init_value=0.0)
        res = pl.create_tensor([1, n], dtype=pl.FP32)
        worst = 1.0e9
        k = 0
        while worst > tol and k < MAXIT:
            for i in pl.parallel(n):
                with pl.at(level=pl.Level.CORE_GROUP, name_hint="sweep"):
                    up = cur[i : i + 1, 1 : n + 1]
                    down = cur[i + 2 : i + 3, 1 : n + 1]
                    left = cur[i + 1 : i + 2, 0:n]
                    right = cur[i + 1 : i + 2, 2 : n + 2]
                    new = (((up + down) + left) + right + f[i : i + 1, :]) * 0.25
                    nxt = pl.assemble(nxt, new, [i + 1, 1])
                    pl.write(res, [0, i], pl.read(pl.row_max(pl.abs(new - cur[i + 1 : i + 2, 1 : n + 1])), [0, 0]))
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="worst"):
                worst = pl.read(pl.row_max(res[:, :]), [0, 0])
            tmp = cur
            cur = nxt
            nxt = tmp
            k += 1
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"):
            u[:, :] = cur[1 : n + 1, 1 : n + 1]
            pl.write(its, [0], k)
    return poisson


def golden_for(tol):
    def golden(t):
        n = t["f"].shape[0]
        u, k, worst = torch.zeros(n + 2, n + 2), 0, 1e9
        while worst > tol and k < MAXIT:
            v = torch.zeros_like(u)
            v[1:-1, 1:-1] = (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] + t["f"]) * 0.25
            worst = (v - u).abs().max().item()
            u, k = v, k + 1
        t["u"][:] = u[1:-1, 1:-1]
        t["its"][0] = k
    return golden


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=12)
    ap.add_argument("--tol", type=float, default=2.0 ** -12)
    a = ap.parse_args()
    r = run_jit(build(a.n, a.tol), [TensorSpec("f", [a.n, a.n], torch.float32, init_value=torch.rand),
                                    TensorSpec("u", [a.n, a.n], torch.float32, is_output=True),
                                    TensorSpec("its", [1], torch.int32, is_output=True)], golden_fn=golden_for(a.tol), rtol=0, atol=0)
    assert r.passed
