# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- -m 1
# run: -q --golden --fusion=verify -- -m 70
"""Split-K GEMM over pl.spmd with a syncall between the partial products and the reduction; block index arithmetic by hand."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

M = pl.dynamic("M")
K, N = 96, 40
SPLIT = 4
KS = K // SPLIT
MT = 16


@pl.jit
def splitk(a: pl.Tensor[[M, K], pl.FP32], b: pl.Tensor[[K, N], pl.FP32], c: pl.Out[pl.Tensor[[M, N], pl.FP32]]):
    m = pl.tensor.dim(a, 0)
    part = pl.create_tensor([SPLIT, m, N], dtype=pl.FP32)
    for core in pl.spmd(SPLIT, name_hint="splitk"):
        for i in pl.range(0, m, MT):
            v = pl.min(MT, m - i)
            at = pl.slice(a, [MT, KS], [i, core * KS], valid_shape=[v, KS])
            bt = b[core * KS : (core + 1) * KS, :]
            part[core, i : i + MT, :] = pl.matmul(at, bt) if False else pl.matmul(at, bt)
        pl.system.syncall()
        rows = (m + SPLIT - 1) // SPLIT
        lo = core * rows
        hi = pl.min(m, lo + rows)
        for r in pl.range(lo, hi):
            acc = pl.slice(part, [1, 1, N], [0, r, 0], drop_dims=[0])
            for s in pl.range(1, SPLIT):
                acc = acc + pl.slice(part, [1, 1, N], [s, r, 0], drop_dims=[0])
            c[r : r + 1, :] = acc


def golden(t):
    t["c"][:] = t["a"].double().mm(t["b"].double())


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("-m", type=int, default=30)
    m = ap.parse_args().m
    r = run_jit(fn=splitk, specs=[TensorSpec("a", [m, K], torch.float32, init_value=torch.randn), TensorSpec("b", [K, N], torch.float32, init_value=torch.randn),
                TensorSpec("c", [m, N], torch.float32, is_output=True)], golden_fn=golden, rtol=1e-4, atol=1e-4)
    assert r.passed
