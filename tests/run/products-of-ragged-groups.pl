# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Grouped GEMM over ragged expert groups: rows offs[e]..offs[e+1] of x multiply w[e]."""
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

ROWS = pl.dynamic("ROWS")
E, K, N = 4, 128, 192
BM, BN, BK = 16, 64, 64


@pl.jit
def grouped(
    x: pl.Tensor[[ROWS, K], pl.BF16],
    w: pl.Tensor[[E, K, N], pl.BF16],
    offs: pl.Tensor[[E + 1], pl.INT32],
    y: pl.InOut[pl.Tensor[[ROWS, N], pl.FP32]],
):
    for e in pl.parallel(E):
        lo = pl.read(offs, [e])
        hi = pl.read(offs, [e + 1])
        we = w[e, :, :]
        for m0 in pl.range(lo, hi, BM):
            nv = pl.min(BM, hi - m0)
            for nb in pl.parallel(N // BN):
                n0 = nb * BN
                with pl.at(level=pl.Level.CORE_GROUP, name_hint=f"expert_gemm"):
                    acc = pl.create_tensor([BM, BN], dtype=pl.FP32)
                    for k0 in pl.range(0, K, BK):
                        a = pl.slice(x, [BM, BK], [m0, k0], valid_shape=[nv, BK])
                        b = we[k0 : k0 + BK, n0 : n0 + BN]
                        if k0 == 0:
                            acc = pl.matmul(a, b, out_dtype=pl.FP32)
                        else:
                            acc = pl.matmul_acc(acc, a, b)
                    y = pl.assemble(y, acc, [m0, n0])


def build_tensor_specs(sizes=(5, 0, 33, 16)):
    rows = sum(sizes)
    offs = torch.tensor([sum(sizes[:i]) for i in range(len(sizes) + 1)], dtype=torch.int32)
    return [
        TensorSpec("x", [rows, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w", [E, K, N], torch.bfloat16, init_value=lambda: torch.randn(E, K, N) / K**0.5),
        TensorSpec("offs", [E + 1], torch.int32, init_value=offs),
        TensorSpec("y", [rows, N], torch.float32, is_output=True),
    ]


def golden_grouped(t):
    o = t["offs"].tolist()
    for e, (a, b) in enumerate(zip(o[:-1], o[1:])):
        if a < b:
            t["y"][a:b] = t["x"][a:b].float() @ t["w"][e].float()


if __name__ == "__main__":
    import argparse
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--sizes", type=int, nargs="+", default=[5, 0, 33, 16])
    p.add_argument("--mode", choices=["run", "compile"], default="run")
    a = p.parse_args()
    if len(a.sizes) != E:
        p.error(f"need {E} sizes, got {len(a.sizes)}")
    r = run_jit(fn=grouped, specs=build_tensor_specs(tuple(a.sizes)), golden_fn=golden_grouped,
                compile_only=a.mode == "compile", rtol=1e-3, atol=1e-3)
    print(r)
    if not r.passed:
        raise SystemExit(1)
