# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Cross entropy forward: online LSE over vocab chunks, gather of the label logit, ignore_index, z-loss, mean."""
import math

import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec

TOK = pl.dynamic("TOK")
VOCAB = 1000
VC = 256
TM = 8
IGNORE = -100
LOWEST = -torch.finfo(torch.float32).max


@pl.jit
def cross_entropy(
    logits: pl.Tensor[[TOK, VOCAB], pl.BF16],
    labels: pl.Tensor[[TOK, 1], pl.INT32],
    z_weight: pl.Scalar[pl.FP32],
    loss: pl.Out[pl.Tensor[[TOK, 1], pl.FP32]],
    lse_out: pl.Out[pl.Tensor[[TOK, 1], pl.FP32]],
    mean: pl.Out[pl.Tensor[[1, 1], pl.FP32]],
):
    tok = pl.tensor.dim(logits, 0)
    for t0 in pl.parallel(0, tok, TM):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="xent"):
            nv = pl.min(TM, tok - t0)
            m = pl.full([TM, 1], dtype=pl.FP32, value=LOWEST)
            s = pl.full([TM, 1], dtype=pl.FP32, value=0.0)
            picked = pl.full([TM, 1], dtype=pl.FP32, value=0.0)
            lab = pl.fillpad(pl.slice(labels, [TM, 1], [t0, 0], valid_shape=[nv, 1]), pad_value=0)
            for v0 in pl.range(0, VOCAB, VC):
                w = pl.min(VC, VOCAB - v0)
                x = pl.cast(pl.slice(logits, [TM, VC], [t0, v0], valid_shape=[nv, w]), pl.FP32)
                xm = pl.fillpad(x, pad_value=pl.PadValue.min)
                mn = pl.maximum(m, pl.row_max(xm))
                e = pl.exp(pl.row_expand_sub(xm, mn))
                s = s * pl.exp(m - mn) + pl.row_sum(e)
                m = mn
                hit = pl.cmp(pl.arange(v0, [1, VC], dtype=pl.INT32), lab, cmp_type="eq")
                picked = picked + pl.row_sum(pl.mul(pl.cast(hit, pl.FP32), pl.fillpad(x)))
            lse = m + pl.log(s)
            keep = pl.cast(pl.cmp(lab, IGNORE, cmp_type="ne"), pl.FP32)
            l = (lse - picked + lse * lse * z_weight) * keep
            loss = pl.assemble(loss, pl.set_validshape(l, nv, 1), [t0, 0])
            lse_out = pl.assemble(lse_out, pl.set_validshape(lse, nv, 1), [t0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="mean"):
        total = 0.0
        count = 0
        for i in pl.range(tok):
            if pl.read(labels, [i, 0]) != IGNORE:
                total = total + pl.read(loss, [i, 0])
                count = count + 1
        pl.write(mean, [0, 0], total / pl.cast(pl.max(count, 1), pl.FP32))


def build_tensor_specs(tok=19):
    def labels():
        x = torch.randint(0, VOCAB, (tok, 1))
        x[tok // 2] = IGNORE
        return x
    return [
        TensorSpec("logits", [tok, VOCAB], torch.bfloat16, init_value=torch.randn),
        TensorSpec("labels", [tok, 1], torch.int32, init_value=labels),
        ScalarSpec("z_weight", torch.float32, 1e-4),
        TensorSpec("loss", [tok, 1], torch.float32, is_output=True),
        TensorSpec("lse_out", [tok, 1], torch.float32, is_output=True),
        TensorSpec("mean", [1, 1], torch.float32, is_output=True),
    ]


def golden_cross_entropy(t):
    x = t["logits"].float()
    lse = torch.logsumexp(x, dim=-1, keepdim=True)
    keep = t["labels"] != IGNORE
    lab = torch.where(keep, t["labels"], torch.zeros_like(t["labels"])).long()
    nll = lse - x.gather(1, lab) + t["z_weight"] * lse ** 2
    nll = torch.where(keep, nll, torch.zeros_like(nll))
    t["loss"][:] = nll
    t["lse_out"][:] = lse
    t["mean"][0, 0] = nll.sum() / keep.sum()


if __name__ == "__main__":
    from golden import run_jit
    r = run_jit(fn=cross_entropy, specs=build_tensor_specs(), golden_fn=golden_cross_entropy, rtol=1e-4, atol=1e-4)
    if not r.passed:
        raise SystemExit(1)
    assert math.isfinite(r.execution_time)
