# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""DeepSeek-V3 style block scaling with int8 standing for fp8: 1x128 activation blocks, 128x128 weight blocks."""
import pypto.language as pl
import torch
from golden import TensorSpec, ratio_reldiff, run_jit

M = pl.dynamic("M")
N, K = 256, 512
BLK = 128
TM = 16
MAXQ = 127.0


@pl.jit.incore
def quant_act(x: pl.Tensor[[M, K], pl.BF16], xq: pl.Out[pl.Tensor[[M, K], pl.INT8]],
              xs: pl.Out[pl.Tensor[[M, K // BLK], pl.FP32]], r0: pl.Scalar[pl.INDEX], v: pl.Scalar[pl.INDEX]):
    for kb in pl.range(K // BLK):
        t = pl.cast(pl.slice(x, [TM, BLK], [r0, kb * BLK], valid_shape=[v, BLK]), pl.FP32)
        s = pl.maximum(pl.row_max(pl.abs(t)), 1e-12) * (1.0 / MAXQ)
        xq = pl.assemble(xq, pl.cast(pl.row_expand_div(t, s), pl.INT8, mode="rint"), [r0, kb * BLK])
        xs = pl.assemble(xs, s, [r0, kb])
    return xq, xs


@pl.jit
def block_scaled_gemm(
    x: pl.Tensor[[M, K], pl.BF16],
    wq: pl.Tensor[[N, K], pl.INT8],
    ws: pl.Tensor[[N // BLK, K // BLK], pl.FP32],
    y: pl.Out[pl.Tensor[[M, N], pl.BF16]],
):
    m = pl.tensor.dim(x, 0)
    xq = pl.create_tensor([m, K], dtype=pl.INT8)
    xs = pl.create_tensor([m, K // BLK], dtype=pl.FP32)
    for r0 in pl.parallel(0, m, TM):
        xq, xs = quant_act(x, xq, xs, r0, pl.min(TM, m - r0))
    for r0 in pl.parallel(0, m, TM):
        for n0 in pl.parallel(0, N, BLK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm"):
                v = pl.min(TM, m - r0)
                acc = pl.set_validshape(pl.full([TM, BLK], dtype=pl.FP32, value=0.0), v, BLK)
                for kb in pl.range(K // BLK):
                    a = pl.slice(xq, [TM, BLK], [r0, kb * BLK], valid_shape=[v, BLK])
                    p = pl.cast(pl.matmul(a, wq[n0 : n0 + BLK, kb * BLK : (kb + 1) * BLK], b_trans=True), pl.FP32)
                    sa = pl.slice(xs, [TM, 1], [r0, kb], valid_shape=[v, 1])
                    acc = acc + pl.row_expand_mul(p, sa) * pl.read(ws, [n0 // BLK, kb])
                y = pl.assemble(y, pl.cast(acc, pl.BF16), [r0, n0])


def build_tensor_specs(m=20):
    return [
        TensorSpec("x", [m, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("wq", [N, K], torch.int8, init_value=lambda: torch.randint(-127, 128, (N, K))),
        TensorSpec("ws", [N // BLK, K // BLK], torch.float32, init_value=lambda: torch.rand(N // BLK, K // BLK) / 1000),
        TensorSpec("y", [m, N], torch.bfloat16, is_output=True),
    ]


def golden_block_scaled_gemm(t):
    m = t["x"].shape[0]
    x = t["x"].float().view(m, K // BLK, BLK)
    s = x.abs().amax(-1, keepdim=True).clamp(min=1e-12) * (1.0 / MAXQ)
    xd = (torch.round(x / s).clamp(-128, 127) * s).view(m, K)
    w = t["wq"].float().view(N // BLK, BLK, K // BLK, BLK) * t["ws"][:, None, :, None]
    t["y"][:] = xd @ w.reshape(N, K).T


if __name__ == "__main__":
    r = run_jit(fn=block_scaled_gemm, specs=build_tensor_specs(), golden_fn=golden_block_scaled_gemm,
                compare_fn={"y": ratio_reldiff(diff_thd=0.02, pct_thd=0.01)})
    raise SystemExit(0 if r.passed else 1)
