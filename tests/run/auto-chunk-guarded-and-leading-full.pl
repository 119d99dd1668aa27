# args: --rtol 0 --atol 0
"""chunk= with both policies, a dynamic trip count, remainders, negative steps."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")
C = 3


@pl.jit
def k(x: pl.Tensor[[N, 6], pl.FP32], y: pl.Out[pl.Tensor[[N, 6], pl.FP32]], z: pl.Out[pl.Tensor[[N, 6], pl.FP32]],
      w: pl.Out[pl.Tensor[[N, 6], pl.FP32]]):
    n = pl.tensor.dim(x, 0)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="a", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(n, chunk=C):
            y[i : i + 1, :] = pl.mul(x[i : i + 1, :], 2.0)
        for i in pl.parallel(n - 1, -1, -1, chunk=C, chunk_policy="leading_full"):
            z[i : i + 1, :] = pl.add(x[i : i + 1, :], pl.cast(i, pl.FP32))
        for i in pl.range(0, n, 2, chunk=C, chunk_policy="leading_full"):
            w[i : i + 1, :] = pl.neg(x[i : i + 1, :])


def build_specs(n=11):
    return [TensorSpec("x", [n, 6], torch.float32, init_value=torch.randn)] + [
        TensorSpec(o, [n, 6], torch.float32, is_output=True) for o in "yzw"]


def golden_k(t):
    x = t["x"]
    t["y"][:] = x * 2.0
    t["z"][:] = x + torch.arange(x.shape[0]).float().unsqueeze(1)
    t["w"][0::2] = -x[0::2]


# run: --golden --spec-arg n=1
# run: --golden --spec-arg n=2 --engine=interp
# run: --golden --spec-arg n=3 --threads=7
# run: --golden --spec-arg n=11 --engine=cc
# run: --golden --spec-arg n=11 -D C=1
# run: --golden --spec-arg n=11 -D C=50
# run: --golden --spec-arg n=12 --engine=interp -D C=4
# run: --golden --spec-arg n=13 --fusion=off
# run: --golden=interp --spec-arg n=64 --passes=none
# run: --golden=interp --spec-arg n=65 --fusion=verify
