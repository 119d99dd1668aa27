# args: --rtol 0 --atol 0
"""Two symbols, several parameters; tiles over the edge; empty extents."""
import pypto.language as pl
import torch
from golden import TensorSpec

M = pl.dynamic("M")
N = pl.dynamic("N")
T = 4


@pl.jit.inline
def block(x: pl.Tensor[[M, N], pl.FP32], y: pl.Tensor[[M, N], pl.FP32], r: pl.Scalar[pl.INDEX], c: pl.Scalar[pl.INDEX]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = pl.slice(x, [T, T], [r, c], clamp=True)
        y = pl.assemble(y, pl.add(pl.exp(pl.mul(t, 0.0)), t), [r, c])
    return y


@pl.jit
def k(x: pl.Tensor[[M, N], pl.FP32], y: pl.Out[pl.Tensor[[M, N], pl.FP32]], s: pl.Out[pl.Tensor[[M, 1], pl.FP32]]):
    x.bind_dynamic(0, M)
    rows, cols = x.shape
    for r in pl.parallel(0, rows, T):
        for c in pl.parallel(0, cols, T):
            y = block(x, y, r, c)
    for r in pl.parallel(x.shape[0]):
        with pl.at(level=pl.Level.CORE_GROUP):
            m = pl.full([1, 1], dtype=pl.FP32, value=-100)
            for c in pl.range(pl.dim(x, -1)):
                m = pl.maximum(m, x[r : r + 1, c : c + 1])
            s[r : r + 1, :] = m


def build_specs(m=9, n=6):
    return [TensorSpec("x", [m, n], torch.float32, init_value=torch.randn),
            TensorSpec("y", [m, n], torch.float32, is_output=True),
            TensorSpec("s", [m, 1], torch.float32, is_output=True)]


def golden_k(t):
    t["y"][:] = t["x"] + 1.0
    t["s"][:] = t["x"].amax(dim=1, keepdim=True)


# run: --golden
# run: --golden --engine=interp --spec-arg m=1 --spec-arg n=1
# run: --golden --spec-arg m=4 --spec-arg n=4
# run: --golden --spec-arg m=5 --spec-arg n=3 --threads=7
# run: --golden --engine=interp --spec-arg m=3 --spec-arg n=5
# run: --golden=interp --passes=none --spec-arg m=17
