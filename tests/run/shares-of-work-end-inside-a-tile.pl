# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Stream-K: WORKERS blocks take equal shares of all (tile, k-step) units; partial tiles are added atomically."""
import pypto.language as pl
import torch
from golden import TensorSpec

M, N, K = 48, 96, 640
BM, BN, BK = 16, 32, 64
WORKERS = 5
TILES_N = N // BN
TILES = (M // BM) * TILES_N
STEPS = K // BK
UNITS = TILES * STEPS
SHARE = -(-UNITS // WORKERS)


@pl.jit
def stream_k(a: pl.Tensor[[M, K], pl.FP32], b: pl.Tensor[[K, N], pl.FP32], c: pl.Out[pl.Tensor[[M, N], pl.FP32]]):
    with pl.spmd(WORKERS, name_hint="stream_k"):
        w = pl.tile.get_block_idx()
        unit = w * SHARE
        end = pl.min(UNITS, unit + SHARE)
        while unit < end:
            tile = unit // STEPS
            k_first = unit % STEPS
            k_last = pl.min(STEPS, k_first + end - unit)
            m0 = tile // TILES_N * BM
            n0 = tile % TILES_N * BN
            acc = pl.full([BM, BN], dtype=pl.FP32, value=0.0)
            for ks in pl.range(k_first, k_last):
                acc = pl.matmul_acc(acc, a[m0 : m0 + BM, ks * BK : ks * BK + BK], b[ks * BK : ks * BK + BK, n0 : n0 + BN])
            c = pl.assemble(c, acc, [m0, n0], atomic=pl.AtomicType.Add)
            unit = unit + k_last - k_first


def build_tensor_specs():
    return [
        TensorSpec("a", [M, K], torch.float32, init_value=torch.randn),
        TensorSpec("b", [K, N], torch.float32, init_value=torch.randn),
        TensorSpec("c", [M, N], torch.float32, is_output=True),
    ]


def golden_stream_k(t):
    t["c"][:] = t["a"] @ t["b"]


if __name__ == "__main__":
    from golden import run_jit
    print(f"{UNITS=} {SHARE=}")
    r = run_jit(fn=stream_k, specs=build_tensor_specs(), golden_fn=golden_stream_k, rtol=1e-4, atol=1e-3)
    raise SystemExit(0 if r.passed else 1)
