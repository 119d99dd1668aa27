# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --frames 3 --labels 1
# run: -q --golden --fusion=verify -- --frames 12 --labels 5
"""CTC forward (alpha recursion) in log space: shifts by concat of slices, log-sum-exp of three, per-sequence lengths."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

NEG = -1.0e30
B = pl.dynamic("B")


@pl.jit.inline
def lse3(a: pl.Tensor, b: pl.Tensor, c: pl.Tensor):
    m = pl.maximum(pl.maximum(a, b), c)
    return m + pl.log(pl.exp(a - m) + pl.exp(b - m) + pl.exp(c - m))


def build(frames, labels, vocab):
    s = 2 * labels + 1

    @pl.jit
    def ctc(logp: pl.Tensor[[B, frames, vocab], pl.FP32], ext: pl.Tensor[[B, s], pl.INT32], skip: pl.Tensor[[B, s], pl.FP32], lens: pl.Tensor[[B], pl.INT32],
            loss: pl.Out[pl.Tensor[[B], pl.FP32]]):
        for b in pl.parallel(logp.shape[0]):
            n = pl.read(lens, [b])
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="ctc"):
                idx = ext[b : b + 1, :]
                can = skip[b : b + 1, :]
                bad = pl.full([1, 2], dtype=pl.FP32, value=NEG)
                alpha = pl.full([1, s], dtype=pl.FP32, value=NEG)
                first = pl.gather(logp[b, 0:1, :], dim=-1, index=idx)
                alpha[0, 0] = pl.read(first, [0, 0])
                alpha[0, 1] = pl.read(first, [0, 1])
                for t in pl.range(1, n):
                    emit = pl.gather(logp[b, t : t + 1, :], dim=-1, index=idx)
                    one = pl.slice(pl.concat(bad, alpha), [1, s], [0, 1])
                    two = pl.slice(pl.concat(bad, alpha), [1, s], [0, 0])
                    two = two * can + (1.0 - can) * NEG
                    alpha = pl.maximum(lse3(alpha, one, two) + emit, NEG)
                a = pl.read(alpha, [0, s - 1])
                c = pl.read(alpha, [0, s - 2])
                both = pl.full([1, 2], dtype=pl.FP32, value=0.0)
                pl.write(both, [0, 0], a)
                pl.write(both, [0, 1], c)
                m = pl.row_max(both)
                pl.write(loss, [b], -pl.read(m + pl.log(pl.row_sum(pl.exp(pl.row_expand_sub(both, m)))), [0, 0]))
    return ctc


def golden(t):
    for b, n in enumerate(t["lens"].tolist()):
        e = t["ext"][b].tolist()
        lp = t["logp"][b].double()
        al = [lp[0, e[0]].exp().item(), lp[0, e[1]].exp().item()] + [0.0] * (len(e) - 2)
        for f in range(1, n):
            new = []
            for i, sym in enumerate(e):
                total = al[i] + (al[i - 1] if i > 0 else 0) + (al[i - 2] if i > 1 and sym != 0 and sym != e[i - 2] else 0)
                new.append(total * lp[f, sym].exp().item())
            al = new
        import math
        t["loss"][b] = -math.log(al[-1] + al[-2])


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--frames", type=int, default=8)
    ap.add_argument("--labels", type=int, default=3)
    ap.add_argument("--batch", type=int, default=3)
    a = ap.parse_args()
    vocab = 6
    lab = torch.randint(1, vocab, (a.batch, a.labels))
    ext = torch.zeros(a.batch, 2 * a.labels + 1, dtype=torch.int32)
    ext[:, 1::2] = lab
    skip = torch.zeros(ext.shape)
    skip[:, 2:] = ((ext[:, 2:] != 0) & (ext[:, 2:] != ext[:, :-2])).float()
    lens = torch.tensor([a.frames - (i % 2) * (a.frames > 2 * a.labels + 1) for i in range(a.batch)])
    r = run_jit(build(a.frames, a.labels, vocab),
                [TensorSpec("logp", [a.batch, a.frames, vocab], torch.float32, init_value=lambda: torch.log_softmax(torch.randn(a.batch, a.frames, vocab), dim=-1)),
                 TensorSpec("ext", list(ext.shape), torch.int32, init_value=ext), TensorSpec("skip", list(ext.shape), torch.float32, init_value=skip),
                 TensorSpec("lens", [a.batch], torch.int32, init_value=lens), TensorSpec("loss", [a.batch], torch.float32, is_output=True)],
                golden_fn=golden, rtol=1e-4, atol=1e-4)
    assert r.passed
