# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""GPTQ-like int4 weights (two nibbles per int8 byte), groups of 64 along K, asymmetric zero points."""
import pypto.language as pl
import torch
from golden import TensorSpec

M = 8
K = 256
N = 128
G = 64
NG = K // G


@pl.jit
def w4a16(
    x: pl.Tensor[[M, K], pl.BF16],
    wp: pl.Tensor[[N, K // 2], pl.UINT8],
    scale: pl.Tensor[[N, NG], pl.FP32],
    zero: pl.Tensor[[N, NG], pl.FP32],
    y: pl.Out[pl.Tensor[[M, N], pl.FP32]],
):
    # low nibbles hold columns 0..K/2, high nibbles hold K/2..K
    for n0 in pl.parallel(0, N, 32):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="w4"):
            acc = pl.full([M, 32], dtype=pl.FP32, value=0.0)
            for g in pl.range(NG // 2):
                packed = wp[n0 : n0 + 32, g * G : (g + 1) * G]
                lo = pl.cast(pl.and_(packed, 15), pl.FP32)
                hi = pl.cast(pl.shr(packed, 4), pl.FP32)
                g2 = g + NG // 2
                wl = pl.row_expand_mul(pl.row_expand_sub(lo, zero[n0 : n0 + 32, g : g + 1]), scale[n0 : n0 + 32, g : g + 1])
                wh = pl.row_expand_mul(pl.row_expand_sub(hi, zero[n0 : n0 + 32, g2 : g2 + 1]), scale[n0 : n0 + 32, g2 : g2 + 1])
                acc = pl.matmul_acc(acc, x[:, g * G : (g + 1) * G], pl.cast(wl, pl.BF16), b_trans=True)
                acc = pl.matmul_acc(acc, x[:, g2 * G : (g2 + 1) * G], pl.cast(wh, pl.BF16), b_trans=True)
            y[:, n0 : n0 + 32] = acc


def build_tensor_specs():
    return [
        TensorSpec("x", [M, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("wp", [N, K // 2], torch.uint8, init_value=lambda: torch.randint(0, 256, (N, K // 2), dtype=torch.uint8)),
        TensorSpec("scale", [N, NG], torch.float32, init_value=lambda: torch.rand(N, NG) * 0.02),
        TensorSpec("zero", [N, NG], torch.float32, init_value=lambda: torch.randint(6, 10, (N, NG)).float()),
        TensorSpec("y", [M, N], torch.float32, is_output=True),
    ]


def golden_w4a16(t):
    wp = t["wp"].int()
    w = torch.cat([wp & 15, wp >> 4], dim=1).float()
    w = w.view(N, NG, G)
    w = ((w - t["zero"].unsqueeze(-1)) * t["scale"].unsqueeze(-1)).view(N, K)
    t["y"][:] = t["x"].float() @ w.bfloat16().float().t()


if __name__ == "__main__":
    from golden import run_jit
    r = run_jit(fn=w4a16, specs=build_tensor_specs(), golden_fn=golden_w4a16, rtol=1e-3, atol=1e-3)
    assert r.passed, str(r)
