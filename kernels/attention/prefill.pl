"""Prefill attention, causal, grouped queries: every position attends to those up to itself.

Online softmax over blocks of keys. Blocks behind the last query of a tile are never
looked at; the mask matters in the blocks that the diagonal crosses.

    qwc run kernels/attention/prefill.pl --golden
    qwc run kernels/attention/prefill.pl --golden -- -t 64
"""
import pypto.language as pl
import torch
from golden import TensorSpec

TOKENS = pl.dynamic("TOKENS")
HEADS = 4
KV_HEADS = 2
HEAD_DIM = 32
Q_TILE = 16
KV_BLOCK = 32
SCALE = 1.0 / HEAD_DIM ** 0.5
MASKED = -1.0e30

assert HEADS % KV_HEADS == 0, f"{HEADS=} must be a multiple of {KV_HEADS=}"


@pl.jit
def prefill(
    q: pl.Tensor[[TOKENS, HEADS * HEAD_DIM], pl.BF16],
    k: pl.Tensor[[TOKENS, KV_HEADS * HEAD_DIM], pl.BF16],
    v: pl.Tensor[[TOKENS, KV_HEADS * HEAD_DIM], pl.BF16],
    out: pl.Out[pl.Tensor[[TOKENS, HEADS * HEAD_DIM], pl.BF16]],
):
    tokens = pl.tensor.dim(q, 0)
    for h in pl.parallel(HEADS):
        hc = h * HEAD_DIM
        kc = h // (HEADS // KV_HEADS) * HEAD_DIM
        for q0 in pl.parallel(0, tokens, Q_TILE):
            valid_q = pl.max(0, pl.min(Q_TILE, tokens - q0))
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="prefill"):
                # column - row of a tile of scores
                rows = pl.reshape(pl.arange(0, [1, Q_TILE], dtype=pl.INT32), [Q_TILE, 1])
                ahead = pl.sub(pl.arange(0, [1, KV_BLOCK], dtype=pl.INT32), rows)

                qt = pl.slice(q, [Q_TILE, HEAD_DIM], [q0, hc], valid_shape=[valid_q, HEAD_DIM])
                m = pl.full([Q_TILE, 1], dtype=pl.FP32, value=MASKED)
                l = pl.full([Q_TILE, 1], dtype=pl.FP32, value=0.0)
                o = pl.full([Q_TILE, HEAD_DIM], dtype=pl.FP32, value=0.0)
                for k0 in pl.range(0, q0 + valid_q, KV_BLOCK):
                    valid_k = pl.max(0, pl.min(KV_BLOCK, tokens - k0))
                    kt = pl.slice(k, [KV_BLOCK, HEAD_DIM], [k0, kc], valid_shape=[valid_k, HEAD_DIM])
                    vt = pl.slice(v, [KV_BLOCK, HEAD_DIM], [k0, kc], valid_shape=[valid_k, HEAD_DIM])
                    s = pl.fillpad(pl.matmul(qt, kt, out_dtype=pl.FP32, b_trans=True))
                    future = pl.cast(pl.cmp(ahead, q0 - k0, cmp_type="gt"), target_type=pl.FP32)
                    cap = pl.add(pl.mul(future, 2.0 * MASKED), -MASKED)    # MASKED or far above any score
                    s = pl.minimum(pl.mul(s, SCALE), cap)
                    m_new = pl.maximum(m, pl.row_max(s))
                    alpha = pl.exp(pl.sub(m, m_new))
                    p = pl.exp(pl.row_expand_sub(s, m_new))
                    l = pl.add(pl.mul(alpha, l), pl.row_sum(p))
                    pv = pl.matmul(pl.cast(p, target_type=pl.BF16), vt, out_dtype=pl.FP32)
                    o = pl.add(pl.row_expand_mul(o, alpha), pv)
                    m = m_new
                ctx = pl.cast(pl.row_expand_div(o, l), target_type=pl.BF16)
                out = pl.assemble(out, pl.set_validshape(ctx, valid_q, HEAD_DIM), [q0, hc])


def build_tensor_specs(tokens=77):
    q_cols, kv_cols = HEADS * HEAD_DIM, KV_HEADS * HEAD_DIM
    return [
        TensorSpec("q", [tokens, q_cols], torch.bfloat16, init_value=torch.randn),
        TensorSpec("k", [tokens, kv_cols], torch.bfloat16, init_value=torch.randn),
        TensorSpec("v", [tokens, kv_cols], torch.bfloat16, init_value=torch.randn),
        TensorSpec("out", [tokens, q_cols], torch.bfloat16, is_output=True),
    ]


def golden_prefill(tensors):
    q, k, v = tensors["q"].float(), tensors["k"].float(), tensors["v"].float()
    tokens = q.shape[0]
    future = torch.arange(tokens).unsqueeze(0) > torch.arange(tokens).unsqueeze(1)
    for h in range(HEADS):
        c = h * HEAD_DIM
        kc = h // (HEADS // KV_HEADS) * HEAD_DIM
        s = q[:, c : c + HEAD_DIM] @ k[:, kc : kc + HEAD_DIM].T * SCALE
        p = torch.softmax(torch.where(future, torch.full(s.shape, MASKED), s), dim=-1)
        tensors["out"][:, c : c + HEAD_DIM] = p @ v[:, kc : kc + HEAD_DIM]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="causal attention over a whole prompt")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-t", "--tokens", type=int, default=77, help="tokens of the prompt (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=prefill,
        specs=build_tensor_specs(args.tokens),
        golden_fn=golden_prefill,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=2e-2,
        atol=1e-2,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
