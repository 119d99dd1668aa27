# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --rows 1 --inverse
# run: -q --golden --fusion=verify -- --rows 11
"""Radix-2 FFT of rows, decimation in time: bit reversal by integer ops, butterflies by gather with index tiles, twiddles by sin/cos."""
import argparse, math
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

R = pl.dynamic("R")
LOG = 5
N = 1 << LOG
RT = 4


def fft_kernel(sign: float):
    @pl.jit.inline
    def spread(v: pl.Tensor):
        return pl.expand_clone(v, pl.full([RT, N], dtype=pl.INT32, value=0))

    @pl.jit
    def fft(re: pl.Tensor[[R, N], pl.FP32], im: pl.Tensor[[R, N], pl.FP32],
            fr: pl.Out[pl.Tensor[[R, N], pl.FP32]], fi: pl.Out[pl.Tensor[[R, N], pl.FP32]]):
        rows = pl.tensor.dim(re, 0)
        for r in pl.parallel(0, rows, RT):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="fft"):
                v = pl.min(RT, rows - r)
                a = pl.fillpad(pl.slice(re, [RT, N], [r, 0], valid_shape=[v, N]))
                b = pl.fillpad(pl.slice(im, [RT, N], [r, 0], valid_shape=[v, N]))
                lane = pl.arange(0, [1, N], dtype=pl.INT32)
                rev = pl.full([1, N], dtype=pl.INT32, value=0)
                for bit in pl.unroll(LOG):
                    rev = pl.or_(rev, pl.shl(pl.and_(pl.shr(lane, bit), 1), LOG - 1 - bit))
                a = pl.gather(a, dim=-1, index=spread(rev))
                b = pl.gather(b, dim=-1, index=spread(rev))
                for s in pl.unroll(LOG):
                    half = 1 << s
                    lower = pl.and_(lane, N - 1 - half)
                    upper = pl.or_(lane, half)
                    k = pl.and_(lane, half - 1)
                    ang = pl.cast(k, pl.FP32) * (sign * 2.0 * math.pi / (2 * half))
                    odd = pl.cast(pl.and_(pl.shr(lane, s), 1), pl.FP32)
                    w = (1.0 - odd * 2.0)
                    wr = w * pl.cos(ang)
                    wi = w * pl.sin(ang)
                    er = pl.gather(a, dim=-1, index=spread(lower))
                    ei = pl.gather(b, dim=-1, index=spread(lower))
                    orr = pl.gather(a, dim=-1, index=spread(upper))
                    oi = pl.gather(b, dim=-1, index=spread(upper))
                    a = er + (pl.col_expand_mul(orr, wr) - pl.col_expand_mul(oi, wi))
                    b = ei + (pl.col_expand_mul(orr, wi) + pl.col_expand_mul(oi, wr))
                if sign > 0:
                    a = a / float(N) if False else a * (1.0 / N)
                    b = b * (1.0 / N)
                fr = pl.assemble(fr, pl.set_validshape(a, v, N), [r, 0])
                fi = pl.assemble(fi, pl.set_validshape(b, v, N), [r, 0])
    return fft


def dft(sign):
    def golden(t):
        k = torch.arange(N, dtype=torch.float64)
        ang = sign * 2 * math.pi * torch.outer(k, k) / N
        c, s = ang.cos(), ang.sin()
        x, y = t["re"].double(), t["im"].double()
        scale = 1 / N if sign > 0 else 1
        t["fr"][:] = (x @ c - y @ s) * scale
        t["fi"][:] = (x @ s + y @ c) * scale
    return golden


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--rows", type=int, default=6)
    ap.add_argument("--inverse", action="store_true")
    a = ap.parse_args()
    sp = [TensorSpec(n, [a.rows, N], torch.float32, **kw) for n, kw in
          (("re", dict(init_value=torch.randn)), ("im", dict(init_value=torch.randn)), ("fr", dict(is_output=True)), ("fi", {"is_output": True}))]
    r = run_jit(fft_kernel((1.0 if a.inverse else -1.0)), sp, golden_fn=dft((1.0 if a.inverse else -1.0)), rtol=1e-4, atol=1e-5)
    assert r.passed
