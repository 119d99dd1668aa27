# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --lens 1
# run: -q --golden --fusion=verify -- --lens 3 0 17 8
"""Ragged batch (cu_seqlens) mean/max pooling + L2 normalisation, empty sequences allowed; INT64 offsets."""
import argparse
from _running import accumulate
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

T, B, B1 = (pl.dynamic(n) for n in ("T", "B", "B1"))
D, CH = 20, 8


@pl.jit
def pool(x: pl.Tensor[[T, D], pl.BF16], cu: pl.Tensor[[B1], pl.INT64], mean: pl.Out[pl.Tensor[[B, D], pl.FP32]], peak: pl.Out[pl.Tensor[[B, D], pl.FP32]], norm: pl.Out[pl.Tensor[[B, D], pl.FP32]]):
    for b in pl.parallel(pl.tensor.dim(mean, 0)):
        lo = pl.read(cu, [b])
        hi = pl.read(cu, [b + 1])
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="pool"):
            s = pl.full([1, D], dtype=pl.FP32, value=0.0)
            m = pl.full([1, D], dtype=pl.FP32, value=-1e30)
            for i in pl.range(lo, hi, CH):
                v = pl.min(CH, hi - i)
                t = pl.cast(pl.slice(x, [CH, D], [i, 0], valid_shape=[v, D]), pl.FP32)
                s = s + pl.col_sum(t)
                m = pl.maximum(m, pl.col_max(t))
            if hi > lo:
                s = s / pl.cast(hi - lo, pl.FP32)
            else:
                m = pl.full([1, D], dtype=pl.FP32, value=0.0)
            mean[b : b + 1, :] = s
            peak[b : b + 1, :] = m
            length = pl.sqrt(pl.row_sum(s * s))
            norm[b : b + 1, :] = pl.row_expand_div(s, pl.maximum(length, 1e-12))


def golden(t):
    cu = t["cu"].tolist()
    for b, (lo, hi) in enumerate(zip(cu[:-1], cu[1:])):
        seq = t["x"][lo:hi].double()
        t["mean"][b] = seq.mean(0) if hi > lo else 0.0
        t["peak"][b] = seq.amax(dim=0) if hi > lo else 0.0
        v = t["mean"][b].double()
        t["norm"][b] = v / v.norm().clamp(min=1e-12)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--lens", type=int, nargs="*", default=[5, 9, 1])
    lens = ap.parse_args().lens
    cu = accumulate(lens)
    b = len(lens)
    outs = [TensorSpec(n, [b, D], torch.float32, is_output=True) for n in ("mean", "peak", "norm")]
    r = run_jit(pool, [TensorSpec("x", [cu[-1], D], torch.bfloat16, init_value=torch.randn), TensorSpec("cu", [b + 1], torch.int64, init_value=torch.tensor(cu)), *outs],
                golden_fn=golden, rtol=1e-4, atol=1e-5)
    assert r.passed
