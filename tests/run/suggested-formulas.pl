# args: --rtol 1e-5 --atol 1e-6
"""What the messages offer for functions of PyTorch that kernels lack computes the same."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = 64
OPS = 14


@pl.jit
def k(x: pl.Tensor[[8, N], pl.FP32], y: pl.Out[pl.Tensor[[OPS, 8, N], pl.FP32]],
      z: pl.Out[pl.Tensor[[3, 8, 1], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = x[:, :]
        y[0, :, :] = pl.cast(pl.cast(t, pl.INT32, mode="floor"), pl.FP32)
        y[1, :, :] = pl.cast(pl.cast(t, pl.INT32, mode="ceil"), pl.FP32)
        y[2, :, :] = pl.cast(pl.cast(t, pl.INT32, mode="trunc"), pl.FP32)
        y[3, :, :] = pl.cast(pl.cast(t, pl.INT32, mode="rint"), pl.FP32)
        y[4, :, :] = pl.sub(pl.cmp(t, 0.0, cmp_type="gt"), pl.cmp(t, 0.0, cmp_type="lt"))
        y[5, :, :] = pl.add(pl.maximum(t, 0.0), pl.log(pl.add(pl.exp(pl.neg(pl.abs(t))), 1.0)))
        a = pl.abs(t)
        y[6, :, :] = pl.log(pl.add(a, 1.0))
        y[7, :, :] = pl.sub(pl.exp(t), 1.0)
        y[8, :, :] = pl.mul(pl.log(pl.add(a, 1.0)), 0.4342945)
        j = pl.arange(0, [1, N], dtype=pl.INT32)
        i = pl.reshape(j, [N, 1])
        u = pl.cast(pl.cmp(pl.sub(j, i), 0, cmp_type="ge"), pl.FP32)
        y[9, :, :] = pl.matmul(t, u)
        y[10, :, :] = pl.sub(1.0, pl.mul(pl.recip(pl.add(pl.exp(pl.mul(t, 2.0)), 1.0)), 2.0))
        y[11, :, :] = pl.exp(pl.mul(t, 0.6931472))
        y[12, :, :] = pl.mul(pl.log(pl.add(a, 1.0)), 1.442695)
        c = pl.cmp(t, 0.5, cmp_type="gt")
        y[13, :, :] = pl.add(pl.mul(pl.sub(1.0, c), t), pl.mul(c, -7.0))
        mean = pl.mul(pl.row_sum(t), 1.0 / N)
        d = pl.row_expand_sub(t, mean)
        z[0, :, :] = pl.sqrt(pl.mul(pl.row_sum(pl.mul(d, d)), 1.0 / N))
        z[1, :, :] = pl.sqrt(pl.row_sum(pl.mul(t, t)))
        m = pl.row_max(t)
        z[2, :, :] = pl.add(m, pl.log(pl.row_sum(pl.exp(pl.row_expand_sub(t, m)))))


def build_specs():
    return [TensorSpec("x", [8, N], torch.float32, init_value=lambda: torch.randn(8, N) * 2),
            TensorSpec("y", [OPS, 8, N], torch.float32, is_output=True),
            TensorSpec("z", [3, 8, 1], torch.float32, is_output=True)]


def golden_k(t):
    x, a = t["x"], t["x"].abs()
    zero = torch.zeros(8, N)
    all = [torch.floor(x), torch.ceil(x), torch.trunc(x), torch.round(x), torch.sign(x),
           torch.maximum(x, zero) + torch.log1p(torch.exp(-a)), torch.log1p(a), torch.expm1(x),
           torch.log1p(a) / torch.log(torch.tensor(10.0)), torch.cumsum(x, dim=-1), torch.tanh(x), 2.0 ** x,
           torch.log2(a + 1.0), torch.where(x > 0.5, torch.full((8, N), -7.0), x)]
    for i in range(OPS):
        t["y"][i] = all[i]
    t["z"][0] = x.std(dim=-1, unbiased=False, keepdim=True)
    t["z"][1] = x.norm(dim=-1, keepdim=True)
    t["z"][2] = torch.logsumexp(x, dim=-1, keepdim=True)
