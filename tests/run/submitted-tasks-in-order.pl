# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --ids 0
# run: -q --golden --fusion=verify -- --ids 2 2 2 1 0 -1 1 2 -1 --strict-order
"""Batched LoRA (SGMV/BGMV): each token picks an adapter (or none, -1); base GEMM + low-rank update, scheduled with submit, arrays of task ids and deps."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

T = pl.dynamic("T")
H, O, RANK, ADAPTERS = 24, 16, 4, 3


@pl.jit.incore
def shrink(x: pl.Tensor, a: pl.Tensor, ids: pl.Tensor, t: pl.Scalar[pl.INDEX], mid: pl.Out[pl.Tensor]):
    k = pl.read(ids, [t])
    if k >= 0:
        mid[t : t + 1, :] = pl.matmul(x[t : t + 1, :], a[k, :, :], b_trans=True)
    else:
        mid[t : t + 1, :] = pl.full([1, RANK], dtype=pl.FP32, value=0.0)


@pl.jit.incore
def expand(x: pl.Tensor, w: pl.Tensor, b: pl.Tensor, ids: pl.Tensor, mid: pl.Tensor, t: pl.Scalar[pl.INDEX], y: pl.Out[pl.Tensor]):
    base = pl.matmul(x[t : t + 1, :], w[:, :])
    k = pl.max(0, pl.read(ids, [t]))
    y[t : t + 1, :] = pl.matmul_acc(base, mid[t : t + 1, :], b[k, :, :], b_trans=True)


@pl.jit
def lora(x: pl.Tensor[[T, H], pl.FP32], w: pl.Tensor[[H, O], pl.FP32], a: pl.Tensor[[ADAPTERS, RANK, H], pl.FP32], b: pl.Tensor[[ADAPTERS, O, RANK], pl.FP32],
         ids: pl.Tensor[[T], pl.INT32], y: pl.Out[pl.Tensor[[T, O], pl.FP32]]):
    n = pl.tensor.dim(x, 0)
    mid = pl.create_tensor([n, RANK], dtype=pl.FP32, manual_dep=True)
    with pl.manual_scope():
        for t in pl.parallel(n):
            pl.submit(shrink, x, a, ids, t, mid)
        for t in pl.parallel(n):
            pl.submit(expand, x, w, b, ids, mid, t, y)


def golden(t):
    x = t["x"].double()
    base = x @ t["w"].double()
    for i, k in enumerate(t["ids"].tolist()):
        delta = 0 if k < 0 else (x[i] @ t["a"][k].double().T) @ t["b"][k].double().T
        t["y"][i] = base[i] + delta


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--ids", type=int, nargs="+", default=[0, 2, -1, 1, 1])
    ap.add_argument("--strict-order", action="store_true")
    o = ap.parse_args()
    n = len(o.ids)
    mk = lambda *s: torch.randn(*s) * s[-1] ** -0.5
    sp = [TensorSpec("x", [n, H], torch.float32, init_value=lambda: mk(n, H)), TensorSpec("w", [H, O], torch.float32, init_value=lambda: mk(H, O)),
          TensorSpec("a", [ADAPTERS, RANK, H], torch.float32, init_value=lambda: mk(ADAPTERS, RANK, H)), TensorSpec("b", [ADAPTERS, O, RANK], torch.float32, init_value=lambda: mk(ADAPTERS, O, RANK)),
          TensorSpec("ids", [n], torch.int32, init_value=torch.tensor(o.ids)), TensorSpec("y", [n, O], torch.float32, is_output=True)]
    assert run_jit(lora, sp, golden_fn=golden, rtol=1e-5, atol=1e-5).passed
