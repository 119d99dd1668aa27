# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- -m 1 --group 32
# run: -q --golden --fusion=verify -- -m 17 --group 64
"""AWQ-style weight-only int4: two nibbles in an int8, group-wise scale and zero point, fp16 activations."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

M = pl.dynamic("M")
K = 128
N = 48
NT = 16
MT = 8


def kernel_for(group):
    n_groups = K // group
    half = group // 2

    @pl.jit
    def awq(x: pl.Tensor[[M, K], pl.FP16], qw: pl.Tensor[[N, K // 2], pl.INT8], scale: pl.Tensor[[N, n_groups], pl.FP32],
            zero: pl.Tensor[[N, n_groups], pl.INT32], y: pl.Out[pl.Tensor[[M, N], pl.FP32]]):
        m = pl.tensor.dim(x, 0)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="awq", optimizations=[pl.auto_chunk]):
            for nb in pl.parallel(N // NT, chunk=2):
                n0 = nb * NT
                for m0 in pl.range(0, m, MT):
                    v = pl.min(MT, m - m0)
                    acc = pl.full([MT, NT], dtype=pl.FP32, value=0.0)
                    for g in pl.range(n_groups):
                        packed = pl.cast(qw[n0 : n0 + NT, g * half : (g + 1) * half], pl.INT32)
                        lo = pl.and_(packed, 15)
                        hi = pl.and_(pl.shr(packed, 4), 15)
                        z = zero[n0 : n0 + NT, g : g + 1]
                        s = scale[n0 : n0 + NT, g : g + 1]
                        wl = pl.row_expand_mul(pl.cast(pl.row_expand_sub(lo, z), pl.FP32), s)
                        wh = pl.row_expand_mul(pl.cast(hi - z, pl.FP32), s)
                        w = pl.cast(pl.concat(wl, wh), pl.FP16)
                        xt = pl.slice(x, [MT, group], [m0, g * group], valid_shape=[v, group])
                        acc = pl.matmul_acc(acc, xt, w, b_trans=True)
                    y = pl.assemble(y, pl.set_validshape(acc, v, NT), [m0, n0])
    return awq


def pack(q, group):
    """q: [N, K] values 0..15; low nibbles are the first half of each group."""
    q = q.view(N, -1, 2, group // 2)
    b = q[:, :, 0] | (q[:, :, 1] << 4)
    return torch.where(b > 127, b - 256, b).reshape(N, K // 2).to(torch.int8)


def main():
    ap = argparse.ArgumentParser(description="awq")
    ap.add_argument("-m", type=int, default=9)
    ap.add_argument("--group", type=int, default=32, choices=(16, 32, 64))
    o = ap.parse_args()
    torch.manual_seed(11)
    q = torch.randint(0, 16, (N, K))
    ng = K // o.group

    def golden(t):
        z = t["zero"].repeat_interleave(o.group, dim=1)
        s = t["scale"].repeat_interleave(o.group, dim=1)
        w = ((q - z).float() * s).half().double()
        t["y"][:] = t["x"].double() @ w.T

    sp = [TensorSpec("x", [o.m, K], torch.float16, init_value=torch.randn),
          TensorSpec("qw", [N, K // 2], torch.int8, init_value=pack(q, o.group)),
          TensorSpec("scale", [N, ng], torch.float32, init_value=lambda: torch.rand(N, ng) * 0.1 + 0.01),
          TensorSpec("zero", [N, ng], torch.int32, init_value=lambda: torch.randint(4, 12, (N, ng))),
          TensorSpec("y", [o.m, N], torch.float32, is_output=True)]
    return run_jit(kernel_for(o.group), sp, golden_fn=golden, rtol=1e-4, atol=1e-3)


if __name__ == "__main__":
    import sys
    sys.exit(not main().passed)
