# args: --rtol 0 --atol 0
"""A value carried through chunks: range and parallel (which then runs in order)."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec

C = 4
POLICY = "guarded"


@pl.jit
def k(x: pl.Tensor[[40, 6], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[3, 6], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="a", optimizations=[pl.auto_chunk]):
        acc = pl.full([1, 6], dtype=pl.FP32, value=1)
        for i in pl.range(n, chunk=C, chunk_policy=POLICY):
            acc = pl.add(pl.mul(acc, 0.5), x[i : i + 1, :])
        y[0:1, :] = acc
        sub = pl.full([1, 6], dtype=pl.FP32, value=2)
        for i in pl.parallel(0, n, chunk=C, chunk_policy=POLICY):
            sub = pl.sub(x[i : i + 1, :], sub)
        y[1:2, :] = sub
        for i, (a,) in pl.range(n, init_values=(acc,), chunk=C, chunk_policy=POLICY):
            b = pl.yield_(pl.maximum(a, pl.mul(x[i : i + 1, :], 2.0)))
        y[2:3, :] = b


def build_specs(n=11):
    return [TensorSpec("x", [40, 6], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, n),
            TensorSpec("y", [3, 6], torch.float32, is_output=True)]


def golden_k(t):
    acc, sub = torch.full((6,), 1.0), torch.full((6,), 2.0)
    for i in range(t["n"]):
        acc = acc * 0.5 + t["x"][i]
        sub = t["x"][i] - sub
    b = acc
    for i in range(t["n"]):
        b = torch.maximum(b, t["x"][i] * 2.0)
    t["y"][:] = torch.stack([acc, sub, b])


# run: --golden --spec-arg n=0
# run: --golden --spec-arg n=1 -D POLICY="'leading_full'"
# run: --golden --spec-arg n=4 -D POLICY="'leading_full'" --engine=interp
# run: --golden --spec-arg n=11 --engine=interp
# run: --golden --spec-arg n=11 -D POLICY="'leading_full'" --threads=7
# run: --golden --spec-arg n=12 -D C=5 --fusion=off
# run: --golden --spec-arg n=40 -D C=50 --passes=none
