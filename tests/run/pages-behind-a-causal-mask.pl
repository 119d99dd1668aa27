# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --lens 1 2 3
# run: -q --golden --fusion=verify -- --lens 33 64 65 --seed 3
"""Paged prefill: each sequence brings `new` tokens on top of `past` cached ones; causal inside the new block."""
import pypto.language as pl
import torch
import argparse
import sys
from dataclasses import dataclass
from golden import TensorSpec, run_jit


@dataclass(frozen=True)
class Geometry:
    heads: int = 4
    kv_heads: int = 2
    dim: int = 32
    page: int = 16
    max_pages: int = 8

    @property
    def group(self):
        return self.heads // self.kv_heads

    @property
    def q_width(self):
        return self.heads * self.dim


G = Geometry()
QT = 8            # query rows of a tile
T = pl.dynamic("T")
S = pl.dynamic("S")
POOL = pl.dynamic("POOL")
TBL = pl.dynamic("TBL")
SCALE = G.dim ** -0.5
NEG = -1.0e30


@pl.jit
def paged_prefill(
    q: pl.Tensor[[T, G.heads * G.dim], pl.BF16],
    k_pool: pl.Tensor[[POOL, G.kv_heads * G.dim], pl.BF16],
    v_pool: pl.Tensor[[POOL, G.kv_heads * G.dim], pl.BF16],
    table: pl.Tensor[[TBL], pl.INT32],
    cu: pl.Tensor[[S], pl.INT32],
    past: pl.Tensor[[S], pl.INT32],
    out: pl.Out[pl.Tensor[[T, G.heads * G.dim], pl.FP32]],
):
    n_seq = pl.tensor.dim(cu, 0) - 1
    for s in pl.range(n_seq):
        begin = pl.read(cu, [s])
        new = pl.read(cu, [s + 1]) - begin
        old = pl.read(past, [s])
        for q0 in pl.parallel(0, new, QT):
            rows = pl.min(QT, new - q0)
            for h in pl.parallel(G.heads):
                with pl.at(level=pl.Level.CORE_GROUP, name_hint="prefill"):
                    kv = h // G.group
                    qt = pl.slice(q, [QT, G.dim], [begin + q0, h * G.dim], valid_shape=[rows, G.dim])
                    qpos = pl.cast(pl.arange(0, [1, QT], dtype=pl.INT32), pl.FP32)
                    qpos = pl.transpose(qpos, 0, 1) + pl.cast(old + q0, pl.FP32)
                    m = pl.full([QT, 1], dtype=pl.FP32, value=NEG)
                    l = pl.full([QT, 1], dtype=pl.FP32, value=0.0)
                    o = pl.full([QT, G.dim], dtype=pl.FP32, value=0.0)
                    last = old + q0 + rows            # one past the last visible key
                    for j in pl.range((last + G.page - 1) // G.page):
                        row = pl.read(table, [s * G.max_pages + j]) * G.page
                        vis = pl.min(G.page, last - j * G.page)
                        kt = pl.slice(k_pool, [G.page, G.dim], [row, kv * G.dim], valid_shape=[vis, G.dim])
                        vt = pl.slice(v_pool, [G.page, G.dim], [row, kv * G.dim], valid_shape=[vis, G.dim])
                        sc = pl.matmul(qt, kt, b_trans=True, out_dtype=pl.FP32) * SCALE
                        kpos = pl.cast(pl.arange(j * G.page, [1, G.page], dtype=pl.INT32), pl.FP32)
                        hidden = pl.cmp(pl.col_expand(sc, kpos), qpos, cmp_type="gt")
                        sc = pl.add(sc, pl.mul(hidden, NEG))
                        mj = pl.maximum(m, pl.row_max(sc))
                        p = pl.exp(pl.row_expand_sub(sc, mj))
                        a = pl.exp(m - mj)
                        l = l * a + pl.row_sum(p)
                        o = pl.row_expand_mul(o, a) + pl.matmul(pl.cast(p, pl.BF16), vt, out_dtype=pl.FP32)
                        m = mj
                    res = pl.row_expand_div(o, l)
                    out = pl.assemble(out, pl.set_validshape(res, rows, G.dim), [begin + q0, h * G.dim])


def make_specs(news, pasts, seed):
    gen = torch.Generator()
    gen.manual_seed(seed)
    n_seq = len(news)
    pool = n_seq * G.max_pages * G.page
    total = sum(news)
    perm = torch.randperm(n_seq * G.max_pages, generator=gen).to(torch.int32)
    cu = torch.tensor([0] + [sum(news[:i + 1]) for i in range(n_seq)], dtype=torch.int32)
    kv = lambda: torch.randn(pool, G.kv_heads * G.dim, generator=gen)
    return [
        TensorSpec("q", [total, G.q_width], torch.bfloat16, init_value=lambda: torch.randn(total, G.q_width, generator=gen)),
        TensorSpec("k_pool", [pool, G.kv_heads * G.dim], torch.bfloat16, init_value=kv),
        TensorSpec("v_pool", [pool, G.kv_heads * G.dim], torch.bfloat16, init_value=kv),
        TensorSpec("table", [n_seq * G.max_pages], torch.int32, init_value=perm),
        TensorSpec("cu", [n_seq + 1], torch.int32, init_value=cu),
        TensorSpec("past", [n_seq + 1], torch.int32, init_value=torch.tensor(pasts + [0])),
        TensorSpec("out", [total, G.q_width], torch.float32, is_output=True),
    ]


def golden(t):
    cu, past = t["cu"].tolist(), t["past"].tolist()
    for s in range(len(cu) - 1):
        a, b = cu[s], cu[s + 1]
        n = past[s] + b - a
        pages = t["table"][s * G.max_pages:(s + 1) * G.max_pages].tolist()
        rows = [pages[i // G.page] * G.page + i % G.page for i in range(n)]
        K = t["k_pool"][rows].double().view(n, G.kv_heads, G.dim)
        V = t["v_pool"][rows].double().view(n, G.kv_heads, G.dim)
        Q = t["q"][a:b].double().view(b - a, G.heads, G.dim)
        K, V = [x.repeat_interleave(G.group, dim=1).permute(1, 0, 2) for x in (K, V)]
        scores = Q.permute(1, 0, 2) @ K.transpose(1, 2) * SCALE
        mask = torch.ones(b - a, n, dtype=torch.bool).triu(diagonal=past[s] + 1)
        P = torch.softmax(scores.masked_fill(mask, float("-inf")), dim=-1)
        t["out"][a:b] = (P @ V).permute(1, 0, 2).reshape(b - a, -1)


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--lens", type=int, nargs="+", default=[5, 17, 8])
    ap.add_argument("--past", type=int, nargs="*", default=None)
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    past = a.past or [(7 * i) % 29 for i in range(len(a.lens))]
    if len(past) != len(a.lens):
        ap.error(f"--past wants {len(a.lens)} numbers, got {len(past)}")
    r = run_jit(paged_prefill, make_specs(a.lens, past, a.seed), golden_fn=golden, rtol=2e-2, atol=2e-2)
    print(r, file=sys.stderr) if not r.passed else None
    sys.exit(0 if r.passed else 1)
