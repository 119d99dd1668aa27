# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""MoE router: softmax gate, top-2 of 8 with renormalised weights, per-expert token counts (histogram)."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")
HID = 256
E = 8
TOPK = 2
TM = 16


@pl.jit
def moe_gate(
    x: pl.Tensor[[N, HID], pl.BF16],
    wg: pl.Tensor[[E, HID], pl.BF16],
    weights: pl.Out[pl.Tensor[[N, TOPK], pl.FP32]],
    ids: pl.Out[pl.Tensor[[N, TOPK], pl.INT32]],
    counts: pl.Out[pl.Tensor[[1, E], pl.INT32]],
):
    n = pl.tensor.dim(x, 0)
    for t0 in pl.parallel(0, n, TM):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="gate"):
            nv = pl.min(TM, n - t0)
            xt = pl.slice(x, [TM, HID], [t0, 0], valid_shape=[nv, HID])
            logits = pl.matmul(xt, wg, b_trans=True, out_dtype=pl.FP32)
            e = pl.exp(pl.row_expand_sub(logits, pl.row_max(logits)))
            probs = pl.row_expand_div(e, pl.row_sum(e))
            lane = pl.arange(0, [1, E], dtype=pl.INT32)
            total = pl.set_validshape(pl.full([TM, 1], dtype=pl.FP32, value=0.0), nv, 1)
            hist = pl.full([1, E], dtype=pl.INT32, value=0)
            picked = pl.create_tensor([TM, TOPK], dtype=pl.FP32)
            for j in pl.range(TOPK):
                best = pl.row_argmax(probs)
                val = pl.row_max(probs)
                ids = pl.assemble(ids, best, [t0, j])
                picked = pl.assemble(picked, val, [0, j])
                total = total + val
                hit = pl.cmp(pl.row_expand(pl.full([TM, E], dtype=pl.INT32, value=0), best), lane, cmp_type="eq")
                hit = pl.set_validshape(hit, nv, E)
                hist = hist + pl.col_sum(hit)
                probs = pl.sub(probs, pl.mul(pl.cast(hit, pl.FP32), 2.0))
            weights = pl.assemble(weights, pl.set_validshape(pl.row_expand_div(picked, total), nv, TOPK), [t0, 0])
            counts = pl.assemble(counts, hist, [0, 0], atomic=pl.AtomicType.Add)


def build_tensor_specs(n=50):
    return [
        TensorSpec("x", [n, HID], torch.bfloat16, init_value=torch.randn),
        TensorSpec("wg", [E, HID], torch.bfloat16, init_value=lambda: torch.randn(E, HID) * HID ** -0.5),
        TensorSpec("weights", [n, TOPK], torch.float32, is_output=True),
        TensorSpec("ids", [n, TOPK], torch.int32, is_output=True),
        TensorSpec("counts", [1, E], torch.int32, is_output=True),
    ]


def golden_moe_gate(t):
    logits = t["x"].float() @ t["wg"].float().T
    top = torch.topk(torch.softmax(logits, dim=-1), TOPK, dim=-1)
    t["weights"][:] = top.values / top.values.sum(dim=-1, keepdim=True)
    t["ids"][:] = top.indices
    for e in range(E):
        t["counts"][0, e] = (top.indices == e).sum()
