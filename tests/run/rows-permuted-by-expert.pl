# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- -n 1
# run: -q --golden --fusion=verify -- -n 37 -k 1
"""Mixture of experts: router GEMM, top-2 by two argmax passes, permute tokens by expert, grouped GEMM, weighted un-permute."""
import argparse

import pypto.language as pl
import torch
import torch.nn.functional as F
from golden import TensorSpec, run_jit, ratio_allclose

N = pl.dynamic("N")
H = 48
E = 8
I = 40
TOPK = 2
TM = 8


@pl.jit.inline
def gate_one(logits: pl.Tensor, t: pl.Scalar[pl.INDEX], k: pl.Scalar[pl.INDEX], ids: pl.Tensor, w: pl.Tensor):
    """k-th best of row t; the earlier ones are masked by what `ids` says."""
    row = logits[t : t + 1, :]
    for j in pl.range(k):
        prev = pl.read(ids, [t, j])
        pl.write(row, [0, prev], -3.0e38)
    best = pl.row_argmax(row)
    b = pl.read(best, [0, 0])
    pl.write(ids, [t, k], b)
    pl.write(w, [t, k], pl.read(row, [0, b]))


def build_moe(topk):
    @pl.jit
    def moe(
        x: pl.Tensor[[N, H], pl.FP32],
        wr: pl.Tensor[[H, E], pl.FP32],
        w1: pl.Tensor[[E, H, I], pl.FP32],
        w2: pl.Tensor[[E, I, H], pl.FP32],
        ids: pl.Out[pl.Tensor[[N, topk], pl.INT32]],
        counts: pl.Out[pl.Tensor[[E], pl.INT32]],
        y: pl.Out[pl.Tensor[[N, H], pl.FP32]],
    ):
        n = pl.tensor.dim(x, 0)
        logits = pl.create_tensor([n, E], dtype=pl.FP32)
        wts = pl.create_tensor([n, topk], dtype=pl.FP32)
        for i0 in pl.parallel(0, n, TM):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="router"):
                v = pl.min(TM, n - i0)
                xt = pl.slice(x, [TM, H], [i0, 0], valid_shape=[v, H])
                logits = pl.assemble(logits, pl.matmul(xt, wr[:, :]), [i0, 0])
        for t in pl.range(n):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="topk"):
                for k in pl.range(topk):
                    gate_one(logits, t, k, ids, wts)
                row = wts[t : t + 1, :]
                e = pl.exp(pl.row_expand_sub(row, pl.row_max(row)))
                wts = pl.assemble(wts, pl.row_expand_div(e, pl.row_sum(e)), [t, 0])
        # counting sort: places[e] tokens of expert e
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="zero"):
            for e in pl.range(E):
                pl.write(counts, [e], 0)
        place = pl.create_tensor([E + 1], dtype=pl.INT32)
        slot = pl.create_tensor([n * topk], dtype=pl.INT32)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="count"):
            for t in pl.range(n):
                for k in pl.range(topk):
                    e = pl.read(ids, [t, k])
                    c = pl.read(counts, [e])
                    pl.write(slot, [t * topk + k], c)
                    pl.write(counts, [e], c + 1)
            run = 0
            for e in pl.range(E):
                pl.write(place, [e], run)
                run = run + pl.read(counts, [e])
            pl.write(place, [E], run)
        xs = pl.create_tensor([n * topk, H], dtype=pl.FP32)
        ys = pl.create_tensor([n * topk, H], dtype=pl.FP32)
        for t in pl.parallel(n):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="permute"):
                for k in pl.range(topk):
                    d = pl.read(place, [pl.read(ids, [t, k])]) + pl.read(slot, [t * topk + k])
                    xs[d : d + 1, :] = x[t : t + 1, :]
        for e in pl.parallel(E):
            first = pl.read(place, [e])
            end = pl.read(place, [e + 1])
            for r in pl.range(first, end, TM):
                with pl.at(level=pl.Level.CORE_GROUP, name_hint="expert"):
                    v = pl.min(TM, end - r)
                    a = pl.slice(xs, [TM, H], [r, 0], valid_shape=[v, H])
                    h = pl.matmul(a, w1[e, :, :])
                    h = h * pl.recip(pl.exp(-h) + 1.0)
                    ys = pl.assemble(ys, pl.matmul(h, w2[e, :, :]), [r, 0])
        for t in pl.parallel(n):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="combine"):
                acc = pl.full([1, H], dtype=pl.FP32, value=0.0)
                for k in pl.range(topk):
                    d = pl.read(place, [pl.read(ids, [t, k])]) + pl.read(slot, [t * topk + k])
                    acc = acc + ys[d : d + 1, :] * pl.read(wts, [t, k])
                y[t : t + 1, :] = acc
    return moe


def make_specs(n, topk):
    return [
        TensorSpec("x", [n, H], torch.float32, init_value=torch.randn),
        TensorSpec("wr", [H, E], torch.float32, init_value=torch.randn),
        TensorSpec("w1", [E, H, I], torch.float32, init_value=lambda: torch.randn(E, H, I) * H ** -0.5),
        TensorSpec("w2", [E, I, H], torch.float32, init_value=lambda: torch.randn((E, I, H)).mul_(I ** -0.5)),
        TensorSpec("ids", [n, topk], torch.int32, is_output=True),
        TensorSpec("counts", [E], torch.int32, is_output=True),
        TensorSpec("y", [n, H], torch.float32, is_output=True),
    ]


def make_golden(topk):
    def golden(t):
        x = t["x"].double()
        logits = x @ t["wr"].double()
        vals, ids = torch.topk(logits, topk, dim=-1)
        w = torch.softmax(vals, dim=-1)
        out = torch.zeros_like(x)
        for e in range(E):
            tok, k = torch.where(ids == e)
            if tok.numel() == 0:
                continue
            h = F.silu(x[tok] @ t["w1"][e].double())
            out.index_add_(0, tok, (h @ t["w2"][e].double()) * w[tok, k].unsqueeze(1))
        t["y"][:] = out
        t["ids"][:] = ids
        t["counts"][:] = F.one_hot(ids.flatten(), E).sum(0)
    return golden


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("-n", "--tokens", type=int, default=21)
    p.add_argument("-k", "--topk", type=int, choices=range(1, 5), default=TOPK)
    ns = p.parse_args()
    res = run_jit(build_moe(ns.topk), make_specs(ns.tokens, ns.topk), golden_fn=make_golden(ns.topk), rtol=1e-4, atol=1e-5,
                  compare_fn={"y": ratio_allclose(atol=1e-4, rtol=1e-4, max_error_ratio=0.0)})
    if not res.passed:
        raise SystemExit(f"moe failed: {res.error!r}")
