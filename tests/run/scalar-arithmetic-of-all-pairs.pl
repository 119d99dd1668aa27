"""Scalar arithmetic of all pairs: of runtime values, and with a constant on either side or both; golden: host arithmetic."""
import pypto.language as pl
import torch
from golden import TensorSpec

V = [-9223372036854775807, -4294967297, -2147483648, -129, -7, -3, -1, 0, 1, 2, 5, 63, 255, 4294967296, 9223372036854775806]
N = len(V)
M = 10


@pl.jit.inline
def pair(a: pl.Scalar[pl.INT64], b: pl.Scalar[pl.INT64], y: pl.Tensor, i: pl.Scalar[pl.INDEX], j: pl.Scalar[pl.INDEX], s: pl.Scalar[pl.INDEX]):
    if b != 0:
        y[s, i, j, 0] = a // b
        y[s, i, j, 1] = a % b
    else:
        y[s, i, j, 0] = 0
        y[s, i, j, 1] = 0
    y[s, i, j, 2] = pl.min(a, b)
    y[s, i, j, 3] = pl.max(a, b, 0 - b)
    if b >= 0 and b < 64:
        y[s, i, j, 4] = a >> b
    else:
        y[s, i, j, 4] = 0
    if b >= 0 and b < 62 and a < 2 and a > -3:
        y[s, i, j, 5] = a << b
    else:
        y[s, i, j, 5] = 0
    y[s, i, j, 6] = 1 if a < b else (2 if a == b else 3)
    y[s, i, j, 7] = (a // 3) - (b // 5)
    y[s, i, j, 8] = (a % 64) * (b % 7) + (a % -5)
    y[s, i, j, 9] = 0 - a if a <= b else -(b // 2)


@pl.jit
def k(v: pl.Tensor[[N], pl.INT64], y: pl.Out[pl.Tensor[[4, N, N, M], pl.INT64]]):
    for i in pl.range(N):
        for j in pl.range(N):
            pair(pl.read(v, [i]), pl.read(v, [j]), y, i, j, 0)
    for i in pl.unroll(N):
        for j in pl.range(N):
            pair(V[i], pl.read(v, [j]), y, i, j, 1)
    for i in pl.range(N):
        for j in pl.unroll(N):
            pair(pl.read(v, [i]), V[j], y, i, j, 2)
    for i in pl.unroll(N):
        for j in pl.unroll(N):
            pair(V[i], V[j], y, i, j, 3)


def build_specs():
    return [TensorSpec("v", [N], torch.int64, init_value=torch.tensor(V)),
            TensorSpec("y", [4, N, N, M], torch.int64, is_output=True)]


def golden_k(t):
    for i, a in enumerate(V):
        for j, b in enumerate(V):
            row = [0] * M
            if b != 0:
                row[0] = a // b
                row[1] = a % b
            row[2] = a if a < b else b
            row[3] = max(a, b, 0 - b)
            if 0 <= b < 64:
                row[4] = a // 2 ** b if b < 63 else (-1 if a < 0 else 0)
            if 0 <= b < 62 and -3 < a < 2:
                row[5] = a * 2 ** b
            row[6] = 1 if a < b else (2 if a == b else 3)
            row[7] = a // 3 - b // 5
            row[8] = (a % 64) * (b % 7) + (a % -5)
            row[9] = 0 - a if a <= b else -(b // 2)
            for m in range(M):
                for s in range(4):
                    t["y"][s, i, j, m] = row[m]
