# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Sliding window attention with attention sinks (StreamingLLM + GPT-OSS style learned sink logit).

Each query sees SINKS first positions, and the last WINDOW positions including itself. A learned per-head
logit joins the denominator.
"""
import pypto.language as pl
import torch
from dataclasses import dataclass
from golden import TensorSpec


@dataclass(frozen=True)
class Cfg:
    heads: int = 4
    dim: int = 32
    window: int = 48
    sinks: int = 4
    block: int = 16

    @property
    def scale(self):
        return self.dim ** -0.5


C = Cfg()
T = pl.dynamic("T")


@pl.jit.inline
def mask_scores(s: pl.Tensor, q0: pl.Scalar[pl.INDEX], k0: pl.Scalar[pl.INDEX]):
    """-1e30 where key is in the future, or out of window and no sink"""
    rows = pl.reshape(pl.arange(0, [1, C.block], dtype=pl.INT32), [C.block, 1])
    cols = pl.arange(0, [1, C.block], dtype=pl.INT32)
    qi = pl.add(rows, q0)
    ki = pl.add(cols, k0)
    dist = pl.sub(qi, ki)
    causal = pl.cmp(dist, 0, cmp_type="ge")
    near = pl.cmp(dist, C.window, cmp_type="lt")
    sink = pl.cmp(ki, C.sinks, cmp_type="lt")
    ok = pl.and_(causal, pl.or_(near, pl.expand_clone(sink, near)))
    okf = pl.cast(ok, pl.FP32)
    return pl.add(pl.mul(s, okf), pl.mul(pl.sub(1.0, okf), -1e30))


@pl.jit
def swa(
    q: pl.Tensor[[T, C.heads * C.dim], pl.FP32],
    k: pl.Tensor[[T, C.heads * C.dim], pl.FP32],
    v: pl.Tensor[[T, C.heads * C.dim], pl.FP32],
    sink_logit: pl.Tensor[[C.heads], pl.FP32],
    out: pl.Out[pl.Tensor[[T, C.heads * C.dim], pl.FP32]],
):
    t_len = q.shape[0]
    for h in pl.parallel(C.heads):
        c0 = h * C.dim
        for q0 in pl.parallel(0, t_len, C.block):
            with pl.at(pl.Level.CORE_GROUP, name_hint="swa"):
                nq = pl.min(C.block, t_len - q0)
                qt = pl.slice(q, [C.block, C.dim], [q0, c0], valid_shape=[nq, C.dim])
                m = pl.create_tensor([C.block, 1], dtype=pl.FP32)
                m = pl.add(m, pl.read(sink_logit, [h]))
                l = pl.full([C.block, 1], dtype=pl.FP32, value=1.0)
                o = pl.create_tensor([C.block, C.dim], dtype=pl.FP32)
                first = pl.max(0, q0 - C.window + 1) // C.block
                for kb in pl.range(q0 // C.block + 1):
                    # blocks between the sinks and the window are skipped
                    if kb * C.block < C.sinks or kb >= first:
                        k0 = kb * C.block
                        nk = pl.min(C.block, t_len - k0)
                        kt = pl.slice(k, [C.block, C.dim], [k0, c0], valid_shape=[nk, C.dim])
                        vt = pl.slice(v, [C.block, C.dim], [k0, c0], valid_shape=[nk, C.dim])
                        s = pl.mul(pl.matmul(qt, kt, b_trans=True), C.scale)
                        s = mask_scores(pl.fillpad(s), q0, k0)
                        mn = pl.maximum(m, pl.row_max(s))
                        a = pl.exp(pl.sub(m, mn))
                        p = pl.exp(pl.row_expand_sub(s, mn))
                        l = pl.add(pl.mul(l, a), pl.row_sum(p))
                        o = pl.add(pl.row_expand_mul(o, a), pl.matmul(p, vt))
                        m = mn
                o = pl.row_expand_div(o, l)
                out[q0 : q0 + C.block, c0 : c0 + C.dim] = pl.set_validshape(o, nq, C.dim)


def build_tensor_specs(t=90):
    w = C.heads * C.dim
    specs = [TensorSpec(name, [t, w], torch.float32, init_value=torch.randn) for name in ["q", "k", "v"]]
    specs.append(TensorSpec("sink_logit", [C.heads], torch.float32, init_value=lambda: torch.linspace(-1, 2, C.heads)))
    specs.append(TensorSpec("out", [t, w], torch.float32, is_output=True))
    return specs


def golden_swa(x):
    t = x["q"].shape[0]
    i = torch.arange(t)[:, None]
    j = torch.arange(t)[None, :]
    ok = (j <= i) & ((i - j < C.window) | (j < C.sinks))
    for h in range(C.heads):
        sl = slice(h * C.dim, (h + 1) * C.dim)
        s = x["q"][:, sl] @ x["k"][:, sl].T * C.scale
        s = torch.where(ok, s, torch.tensor(float("-inf")))
        s = torch.cat([s, x["sink_logit"][h].expand(t, 1)], dim=1)
        p = torch.softmax(s, dim=1)[:, :-1]
        x["out"][:, sl] = p @ x["v"][:, sl]
