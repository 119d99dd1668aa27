# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
"""Random bits in a kernel: 32-bit xorshift and a splitmix-like hash on UINT32 tiles, wrapping multiplication; dropout from them."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit, ScalarSpec

ROWS, COLS = 6, 48
MASK = 0xFFFFFFFF


@pl.jit.inline
def hash32(x: pl.Tensor):
    x = pl.xor_(x, pl.shr(x, 16))
    x = x * 0x7FEB352D
    x = pl.xor_(x, pl.shr(x, 15))
    x = x * 0x846CA68B
    return pl.xor_(x, pl.shr(x, 16))


@pl.jit
def dropout(x: pl.Tensor[[ROWS, COLS], pl.FP32], seed: pl.Scalar[pl.INT32], keep: pl.Scalar[pl.FP32],
            bits: pl.Out[pl.Tensor[[ROWS, COLS], pl.UINT32]], y: pl.Out[pl.Tensor[[ROWS, COLS], pl.FP32]]):
    for r in pl.parallel(ROWS):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="dropout"):
            c = pl.arange(r * COLS, [1, COLS], dtype=pl.UINT32)
            h = hash32(c + pl.cast(seed, pl.UINT32))
            bits[r : r + 1, :] = h
            u = pl.cast(pl.shr(h, 8), pl.FP32) * (2.0 ** -24)
            on = pl.cmp(u, keep, cmp_type="lt")
            y[r : r + 1, :] = x[r : r + 1, :] * on / keep


def golden(t):
    h = (torch.arange(ROWS * COLS) + t["seed"]) & MASK
    for mul, down in ((0x7FEB352D, 16), (0x846CA68B, 15)):
        h = h ^ (h >> down)
        # 32 x 32 bits without leaving int64
        lo, hi = h & 0xFFFF, h >> 16
        h = (lo * mul + ((hi * mul & 0xFFFF) << 16)) & MASK
    h = (h ^ (h >> 16)).view(ROWS, COLS)
    t["bits"][:] = h
    u = (h >> 8).double() * 2.0 ** -24
    t["y"][:] = torch.where(u < t["keep"], t["x"] / t["keep"], torch.zeros(()))


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--seed", type=int, default=12345)
    ap.add_argument("--keep", type=float, default=0.8)
    a = ap.parse_args()
    r = run_jit(dropout, [TensorSpec("x", [ROWS, COLS], torch.float32, init_value=torch.randn), ScalarSpec("seed", torch.int32, a.seed),
                          ScalarSpec("keep", torch.float32, a.keep),
                          TensorSpec("bits", [ROWS, COLS], torch.uint32, is_output=True),
                          TensorSpec("y", [ROWS, COLS], torch.float32, is_output=True)], golden_fn=golden)
    assert r.passed, r.error
