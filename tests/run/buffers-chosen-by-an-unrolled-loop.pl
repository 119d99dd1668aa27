# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- -n 5 --digits 1
# run: -q --golden --fusion=verify -- -n 90
"""LSD radix sort of UINT32 keys with values: histogram per digit, exclusive scan, stable scatter through memory, ping-pong buffers in a python-unrolled loop."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

N = pl.dynamic("N")
BITS = 4
BINS = 1 << BITS


def build(digits):
    @pl.jit
    def sort(keys: pl.Tensor[[N], pl.INT32], vals: pl.Tensor[[N], pl.FP32], ko: pl.Out[pl.Tensor[[N], pl.INT32]], vo: pl.Out[pl.Tensor[[N], pl.FP32]]):
        n = keys.shape[0]
        ka = keys
        va = vals
        for d in pl.unroll(digits):
            kb = pl.create_tensor([n], dtype=pl.INT32)
            vb = pl.create_tensor([n], dtype=pl.FP32)
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="turn"):
                hist = pl.create_tensor([1, BINS], dtype=pl.INT32)
                for i in pl.range(n):
                    b = (pl.read(ka, [i]) >> (d * BITS)) % BINS
                    hist[0, b] = hist[0, b] + 1
                start = pl.create_tensor([1, BINS], dtype=pl.INT32)
                for b in pl.range(1, BINS):
                    start[0, b] = start[0, b - 1] + hist[0, b - 1]
                for i in pl.range(n):
                    key = pl.read(ka, [i])
                    b = (key >> (d * BITS)) % BINS
                    at = pl.read(start, [0, b])
                    kb[at] = key
                    vb[at] = va[i]
                    start[0, b] = at + 1
            ka = kb
            va = vb
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"):
            for i in pl.range(n):
                ko[i] = ka[i]
                vo[i] = va[i]
    return sort


def golden(t):
    k, order = torch.sort(t["keys"], stable=True)
    t["ko"][:], t["vo"][:] = k, t["vals"][order]


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=40)
    ap.add_argument("--digits", type=int, default=3)
    a = ap.parse_args()
    r = run_jit(build(a.digits), [TensorSpec("keys", [a.n], torch.int32, init_value=lambda: torch.randint(0, 1 << (BITS * a.digits), (a.n,))), TensorSpec("vals", [a.n], torch.float32, init_value=torch.randn),
                                  TensorSpec("ko", [a.n], torch.int32, is_output=True), TensorSpec("vo", [a.n], torch.float32, is_output=True)], golden_fn=golden)
    assert r.passed
