"""INT32, INT8, UINT8 and INT16: wrapping, truncating division, bits, shifts."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    a: pl.Tensor[[3, 19], pl.INT32], b: pl.Tensor[[3, 19], pl.INT32],
    c: pl.Tensor[[3, 19], pl.INT8], d: pl.Tensor[[3, 19], pl.UINT8],
    y: pl.Out[pl.Tensor[[33, 19], pl.INT32]], y8: pl.Out[pl.Tensor[[9, 19], pl.INT8]],
    u8: pl.Out[pl.Tensor[[9, 19], pl.UINT8]],
):
    with pl.at(level=pl.Level.CORE_GROUP):
        s = a[:, :]
        t = b[:, :]
        y[0:3, :] = pl.add(s, t)
        y[3:6, :] = pl.mul(s, t)
        y[6:9, :] = pl.div(s, t)
        y[9:12, :] = pl.fmod(s, t)
        y[12:15, :] = pl.and_(s, t)
        y[15:18, :] = pl.or_(s, pl.xor_(s, t))
        y[18:21, :] = pl.not_(s)
        y[21:24, :] = pl.shl(s, pl.and_(t, 31))
        y[24:27, :] = pl.shr(s, 5)
        y[27:30, :] = pl.maximum(pl.abs(s), pl.neg(t))
        y[30:33, :] = pl.shl(s, 32)
        e = c[:, :]
        y8[0:3, :] = pl.add(e, 100)
        y8[3:6, :] = pl.shr(pl.mul(e, e), 1)
        y8[6:9, :] = pl.div(e, -3)
        f = d[:, :]
        u8[0:3, :] = pl.sub(f, 200)
        u8[3:6, :] = pl.shr(f, 3)
        u8[6:9, :] = pl.minimum(pl.not_(f), 77)


def build_specs():
    big = lambda: torch.randint(-2**31, 2**31, (3, 19)).to(torch.int32)
    return [TensorSpec("a", [3, 19], torch.int32, init_value=big),
            TensorSpec("b", [3, 19], torch.int32, init_value=lambda: torch.randint(1, 1000, (3, 19))),
            TensorSpec("c", [3, 19], torch.int8, init_value=lambda: torch.randint(-128, 128, (3, 19))),
            TensorSpec("d", [3, 19], torch.uint8, init_value=lambda: torch.randint(0, 256, (3, 19))),
            TensorSpec("y", [33, 19], torch.int32, is_output=True),
            TensorSpec("y8", [9, 19], torch.int8, is_output=True),
            TensorSpec("u8", [9, 19], torch.uint8, is_output=True)]


def golden_k(t):
    a, b, y = t["a"].to(torch.int64), t["b"].to(torch.int64), t["y"]
    q = torch.where(a < 0, -((-a) // b), a // b)
    rows = [a + b, a * b, q, a - q * b, a & b, a | (a ^ b), ~a]
    p = b & 31
    two = torch.tensor([2**int(n) for n in p.flatten().tolist()]).reshape(3, 19)
    rows += [a * two, a // 32, torch.maximum(a.abs(), -b), torch.zeros(3, 19, dtype=torch.int64)]
    for i, r in enumerate(rows):
        y[3 * i : 3 * i + 3] = r.to(torch.int32)
    c = t["c"].to(torch.int64)
    sq = (c * c).to(torch.int8).to(torch.int64)
    c3 = torch.where(c < 0, (-c) // 3, -(c // 3))
    t["y8"][:] = torch.cat([c + 100, sq // 2, c3]).to(torch.int8)
    d = t["d"].to(torch.int64)
    t["u8"][:] = torch.cat([d - 200, d // 8, torch.minimum(255 - d, torch.full_like(d, 77))]).to(torch.uint8)
