"""Rotary position embedding of every head, halves form, in place.

    lo' = lo * cos - hi * sin,  hi' = hi * cos + lo * sin

`positions` says where each token stands, so that a batch may mix sequences. A task
rotates TOKENS_PER_TASK tokens; a token's row is seen as one row for each head.

    qwc run kernels/attention/rope.pl --golden
    qwc run kernels/attention/rope.pl --golden -- -t 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

TOKENS = pl.dynamic("TOKENS")
HEADS = 4
HEAD_DIM = 64
HALF = HEAD_DIM // 2
MAX_SEQ = 128
TOKENS_PER_TASK = 8
BASE = 10_000.0


@pl.jit
def rope(
    positions: pl.Tensor[[TOKENS], pl.INT32],
    cos: pl.Tensor[[MAX_SEQ, HALF], pl.FP32],
    sin: pl.Tensor[[MAX_SEQ, HALF], pl.FP32],
    x: pl.InOut[pl.Tensor[[TOKENS, HEADS * HEAD_DIM], pl.BF16]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="rope", optimizations=[pl.auto_chunk]):
        for t in pl.parallel(pl.tensor.dim(x, 0), chunk=TOKENS_PER_TASK):
            pos = pl.read(positions, [t])
            c = cos[pos : pos + 1, :]
            s = sin[pos : pos + 1, :]
            heads = pl.cast(pl.reshape(x[t : t + 1, :], [HEADS, HEAD_DIM]), target_type=pl.FP32)
            lo = heads[:, 0:HALF]
            hi = heads[:, HALF:HEAD_DIM]
            lo_rot = pl.sub(pl.col_expand_mul(lo, c), pl.col_expand_mul(hi, s))
            hi_rot = pl.add(pl.col_expand_mul(hi, c), pl.col_expand_mul(lo, s))
            rotated = pl.cast(pl.concat(lo_rot, hi_rot), target_type=pl.BF16)
            x = pl.assemble(x, pl.reshape(rotated, [1, HEADS * HEAD_DIM]), [t, 0])


def angles():
    freq = BASE ** (-torch.arange(HALF).float() / HALF)
    return torch.arange(MAX_SEQ).float().unsqueeze(1) * freq


def build_tensor_specs(tokens=21):
    return [
        TensorSpec("positions", [tokens], torch.int32, init_value=lambda: torch.randint(0, MAX_SEQ, (tokens,))),
        TensorSpec("cos", [MAX_SEQ, HALF], torch.float32, init_value=lambda: torch.cos(angles())),
        TensorSpec("sin", [MAX_SEQ, HALF], torch.float32, init_value=lambda: torch.sin(angles())),
        TensorSpec("x", [tokens, HEADS * HEAD_DIM], torch.bfloat16, init_value=torch.randn, is_output=True),
    ]


def golden_rope(tensors):
    x = tensors["x"].float().view(-1, HEADS, HEAD_DIM)
    at = tensors["positions"].long()
    c, s = tensors["cos"][at].unsqueeze(1), tensors["sin"][at].unsqueeze(1)
    lo, hi = x[:, :, :HALF], x[:, :, HALF:]
    tensors["x"][:] = torch.cat([lo * c - hi * s, hi * c + lo * s], dim=-1).view(-1, HEADS * HEAD_DIM)


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="rotary position embedding")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-t", "--tokens", type=int, default=21, help="tokens (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=rope,
        specs=build_tensor_specs(args.tokens),
        golden_fn=golden_rope,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-2,
        atol=1e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
