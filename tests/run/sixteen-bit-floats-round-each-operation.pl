# args: --rtol 0 --atol 0
"""BF16 and FP16: each operation computes in FP32 and rounds once."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit.inline
def both(x: pl.Tensor, u: pl.Tensor, y: pl.Tensor):
    with pl.at(level=pl.Level.CORE_GROUP):
        a = x[:, :]
        b = u[:, :]
        r = pl.mul(pl.add(a, b), pl.sub(a, 0.3))
        r = pl.div(r, pl.maximum(pl.abs(b), 0.1))
        r = pl.add(r, pl.sqrt(pl.abs(a)))
        y[:, :] = pl.neg(r)


@pl.jit
def k(
    a: pl.Tensor[[5, 35], pl.BF16], b: pl.Tensor[[5, 35], pl.BF16], y: pl.Out[pl.Tensor[[5, 35], pl.BF16]],
    c: pl.Tensor[[5, 35], pl.FP16], d: pl.Tensor[[5, 35], pl.FP16], z: pl.Out[pl.Tensor[[5, 35], pl.FP16]],
):
    both(a, b, y)
    both(c, d, z)


def build_specs():
    specs = []
    for names, dt in (("aby", torch.bfloat16), ("cdz", torch.float16)):
        specs += [TensorSpec(names[0], [5, 35], dt, init_value=torch.randn),
                  TensorSpec(names[1], [5, 35], dt, init_value=torch.randn),
                  TensorSpec(names[2], [5, 35], dt, is_output=True)]
    return specs


def golden_k(t):
    for a, b, y in (("a", "b", "y"), ("c", "d", "z")):
        p, q = t[a], t[b]
        low = torch.tensor(0.1).to(p.dtype)
        r = (p + q) * (p - torch.tensor(0.3).to(p.dtype))
        r = r / torch.maximum(q.abs(), low)
        t[y][:] = -(r + p.abs().sqrt())
