# args: --rtol 1e-5 --atol 1e-5
"""k runs over min(lhs.vc, rhs.vr); the result is valid [lhs.vr, rhs.vc]; matmul_acc keeps acc's."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(a: pl.Tensor[[8, 20], pl.FP32], b: pl.Tensor[[20, 24], pl.FP32], n: pl.Scalar[pl.INT32],
      y: pl.Out[pl.Tensor[[8, 24], pl.FP32]], z: pl.Out[pl.Tensor[[8, 24], pl.FP32]], w: pl.Out[pl.Tensor[[8, 24], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        s = pl.slice(a, [8, 20], [0, 0], valid_shape=[n, 17])
        t = pl.slice(b, [20, 24], [0, 0], valid_shape=[11, n + 6])
        y = pl.assemble(y, pl.matmul(s, t), [0, 0])
        z = pl.assemble(z, pl.matmul_acc(pl.full([8, 24], dtype=pl.FP32, value=2), s, t), [0, 0])
        acc = pl.set_validshape(pl.full([8, 24], dtype=pl.FP32, value=3), n - 2, 24)
        w = pl.assemble(w, pl.matmul_acc(acc, s, t), [0, 0])


def build_specs(n=5):
    return [TensorSpec("a", [8, 20], torch.float32, init_value=torch.randn),
            TensorSpec("b", [20, 24], torch.float32, init_value=torch.randn),
            ScalarSpec("n", torch.int32, n)] + [
        TensorSpec(o, [8, 24], torch.float32, is_output=True) for o in "yzw"]


def golden_k(t):
    n = t["n"]
    p = torch.zeros(8, 24)
    p[:n, : n + 6] = t["a"][:n, :11] @ t["b"][:11, : n + 6]
    t["y"][:] = p
    t["z"][:] = p + 2.0
    t["w"][: n - 2] = p[: n - 2] + 3.0
