# args: --rtol 0 --atol 0
"""Chunked loops in chunked loops, with and without statements between the levels."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[14, 20], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[14, 20], pl.FP32]],
      z: pl.Out[pl.Tensor[[14, 20], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="nest", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(7, chunk=2):
            r = i * 2
            for j in pl.parallel(5, chunk=2, chunk_policy="leading_full"):
                c = j * 4
                y[r : r + 2, c : c + 4] = pl.mul(x[r : r + 2, c : c + 4], 3.0)
        tmp = pl.create_tensor([14, 20], dtype=pl.FP32)
        for i in pl.parallel(n, chunk=4):
            for j in pl.parallel(n, 0, -1, chunk=3):
                tmp[i : i + 1, j : j + 1] = pl.add(x[i : i + 1, j : j + 1], 1.0)
            row = tmp[i : i + 1, :]
            z = pl.assemble(z, pl.mul(row, 2.0), [i, 0])


def build_specs(n=9):
    return [TensorSpec("x", [14, 20], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, n),
            TensorSpec("y", [14, 20], torch.float32, is_output=True),
            TensorSpec("z", [14, 20], torch.float32, is_output=True)]


def golden_k(t):
    n = t["n"]
    t["y"][:] = t["x"] * 3.0
    t["z"][:n, 1 : n + 1] = (t["x"][:n, 1 : n + 1] + 1.0) * 2.0


# run: --golden
# run: --golden --engine=interp --spec-arg n=1
# run: --golden --engine=interp --spec-arg n=8
# run: --golden --spec-arg n=0
# run: --golden --spec-arg n=12 --threads=7
# run: --golden=interp --passes=none
# run: --golden=interp --fusion=off --threads=1
