# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --b 1 --ta --tb
# run: -q --golden --fusion=verify -- --b 3 --tb
"""Batched GEMM on rank-4 tiles with broadcast leading axes, and the same by views of transposed tensors."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

B = pl.dynamic("B")
G, M, N, K = 2, 5, 7, 9


def build(ta, tb):
    sa = (K, M) if ta else (M, K)
    sb = (N, K) if tb else (K, N)

    @pl.jit
    def bmm(a: pl.Tensor[[B, G, sa[0], sa[1]], pl.FP32], b: pl.Tensor[[B, 1, sb[0], sb[1]], pl.FP32],
            c: pl.Out[pl.Tensor[[B, G, M, N], pl.FP32]], ct: pl.Out[pl.Tensor[[B, N, G, M], pl.FP32]]):
        view = pl.transpose(pl.transpose(ct, 1, 2), 2, 3)
        for i in pl.parallel(pl.tensor.dim(a, 0)):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="bmm"):
                at = a[i : i + 1, :, :, :]
                bt = b[i : i + 1, :, :, :]
                r = pl.matmul(at, bt, a_trans=ta, b_trans=tb)
                c[i : i + 1, :, :, :] = r
                view[i : i + 1, :, :, :] = r
    return bmm, sa, sb


def golden_for(ta, tb):
    def golden(t):
        a, b = t["a"].double(), t["b"].double()
        a = a.transpose(-1, -2) if ta else a
        b = b.transpose(-2, -1) if tb else b
        r = torch.matmul(a, b)
        t["c"][:] = r
        t["ct"][:] = torch.einsum("bgmn->bngm", r)
    return golden


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--b", type=int, default=2)
    ap.add_argument("--ta", action="store_true")
    ap.add_argument("--tb", action="store_true")
    o = ap.parse_args()
    k, sa, sb = build(o.ta, o.tb)
    assert run_jit(k, [TensorSpec("a", [o.b, G, *sa], torch.float32, init_value=torch.randn), TensorSpec("b", [o.b, 1, *sb], torch.float32, init_value=torch.randn),
                       TensorSpec("c", [o.b, G, M, N], torch.float32, is_output=True), TensorSpec("ct", [o.b, N, G, M], torch.float32, is_output=True)],
                   golden_fn=golden_for(o.ta, o.tb), rtol=1e-5, atol=1e-5).passed
