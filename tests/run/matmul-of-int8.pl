"""INT8 and UINT8 products are exact in INT32."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(a: pl.Tensor[[9, 67], pl.INT8], b: pl.Tensor[[35, 67], pl.INT8], c: pl.Tensor[[67, 35], pl.INT8],
      u: pl.Tensor[[9, 67], pl.UINT8], v: pl.Tensor[[67, 35], pl.UINT8], y: pl.Out[pl.Tensor[[27, 35], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        acc = pl.matmul(a[:, :], b[:, :], b_trans=True)
        y[0:9, :] = acc
        y[9:18, :] = pl.matmul_acc(acc, a[:, :], c[:, :])
        y[18:27, :] = pl.matmul(u[:, :], v[:, :])


def build_specs():
    i8 = lambda *s: lambda: torch.randint(-128, 128, s)
    return [TensorSpec("a", [9, 67], torch.int8, init_value=i8(9, 67)),
            TensorSpec("b", [35, 67], torch.int8, init_value=i8(35, 67)),
            TensorSpec("c", [67, 35], torch.int8, init_value=i8(67, 35)),
            TensorSpec("u", [9, 67], torch.uint8, init_value=lambda: torch.randint(0, 256, (9, 67))),
            TensorSpec("v", [67, 35], torch.uint8, init_value=lambda: torch.randint(0, 256, (67, 35))),
            TensorSpec("y", [27, 35], torch.int32, is_output=True)]


def golden_k(t):
    a, b, c, u, v = [t[n].to(torch.int64) for n in "abcuv"]
    p = a @ b.T
    t["y"][:] = torch.cat([p, p + a @ c, u @ v]).to(torch.int32)
