# args: --rtol 1e-5 --atol 1e-5
"""matmul and a loop of matmul_acc, with if k == 0, dead seeds, transposed operands, remainders."""
import pypto.language as pl
import torch
from golden import TensorSpec

K = 96
KC = 32


@pl.jit
def k(a: pl.Tensor[[5, K], pl.BF16], b: pl.Tensor[[K, 24], pl.BF16], at: pl.Tensor[[K, 5], pl.BF16], bt: pl.Tensor[[24, K], pl.BF16],
      y: pl.Out[pl.Tensor[[5, 5, 24], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        acc = pl.matmul(a[:, 0:KC], b[0:KC, :], out_dtype=pl.FP32)
        for i in pl.range(1, K // KC):
            acc = pl.matmul_acc(acc, a[:, i * KC : (i + 1) * KC], b[i * KC : (i + 1) * KC, :])
        y[0, :, :] = acc
        c = pl.create_tensor([5, 24], dtype=pl.FP32)
        for i in pl.range(K // KC):
            k0 = i * KC
            if i == 0:
                c = pl.matmul(at[k0 : k0 + KC, :], bt[:, k0 : k0 + KC], out_dtype=pl.FP32, a_trans=True, b_trans=True)
            else:
                c = pl.matmul_acc(c, at[k0 : k0 + KC, :], bt[:, k0 : k0 + KC], a_trans=True, b_trans=True)
        y[1, :, :] = c
        d = pl.full([5, 24], dtype=pl.FP32, value=0)
        for k0 in pl.range(0, K, KC):
            d = pl.matmul_acc(d, a[:, k0 : k0 + KC], bt[:, k0 : k0 + KC], b_trans=True)
        y[2, :, :] = d
        e = pl.full([5, 24], dtype=pl.FP32, value=3)
        for i in pl.pipeline(K // KC, stage=2):
            e = pl.matmul_acc(e, pl.slice(a, [8, KC], [0, i * KC], valid_shape=[5, KC])[0:5, :], b[i * KC : i * KC + KC, :])
        y[3, :, :] = e
        s = pl.matmul(a[:, 0:KC], b[KC : 2 * KC, :], out_dtype=pl.FP32)
        s = pl.matmul_acc(s, a[:, 2 * KC : 3 * KC], b[2 * KC : 3 * KC, :])
        y[4, :, :] = s


def build_specs():
    sp = [TensorSpec(n, s, torch.bfloat16, init_value=torch.randn) for n, s in (("a", [5, K]), ("b", [K, 24]), ("at", [K, 5]), ("bt", [24, K]))]
    return sp + [TensorSpec("y", [5, 5, 24], torch.float32, is_output=True)]


def golden_k(t):
    a, b, at, bt = [t[n].float() for n in ("a", "b", "at", "bt")]
    t["y"][:] = torch.stack([a @ b, at.T @ bt.T, a @ bt.T, a @ b + 3.0,
                             a[:, :32] @ b[32:64] + a[:, 64:96] @ b[64:96]])
