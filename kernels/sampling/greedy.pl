"""Greedy sampling: the token with the largest logit of every row, lowest index first.

The vocabulary is walked in chunks; a later chunk wins only if its maximum is larger.
There is no select: with 0/1 factors the two candidates are blended.

    qwc run kernels/sampling/greedy.pl --golden
    qwc run kernels/sampling/greedy.pl --golden -- -r 16
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
VOCAB = 4096
VOCAB_CHUNK = 512
ROW_TILE = 8

assert VOCAB % VOCAB_CHUNK == 0, f"{VOCAB_CHUNK=} must divide {VOCAB=}"


@pl.jit
def greedy(
    logits: pl.Tensor[[ROWS, VOCAB], pl.FP32],
    tokens: pl.Out[pl.Tensor[[ROWS, 1], pl.INT32]],
):
    rows = pl.tensor.dim(logits, 0)
    for r0 in pl.parallel(0, rows, ROW_TILE):
        valid_rows = pl.max(0, pl.min(ROW_TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="greedy"):
            t = pl.slice(logits, [ROW_TILE, VOCAB_CHUNK], [r0, 0], valid_shape=[valid_rows, VOCAB_CHUNK])
            best = pl.row_max(t)
            token = pl.row_argmax(t)
            for v0 in pl.range(VOCAB_CHUNK, VOCAB, VOCAB_CHUNK):
                t = pl.slice(logits, [ROW_TILE, VOCAB_CHUNK], [r0, v0], valid_shape=[valid_rows, VOCAB_CHUNK])
                top = pl.row_max(t)
                wins = pl.cast(pl.cmp(top, best, cmp_type="gt"), target_type=pl.INT32)
                new = pl.add(pl.row_argmax(t), v0)
                token = pl.add(token, pl.mul(wins, pl.sub(new, token)))
                best = pl.maximum(best, top)
            tokens = pl.assemble(tokens, token, [r0, 0])


def build_tensor_specs(rows=13):
    def init_logits():
        # Few different values: most rows have ties.
        return torch.randint(-50, 51, (rows, VOCAB)).float() * 0.25

    return [
        TensorSpec("logits", [rows, VOCAB], torch.float32, init_value=init_logits),
        TensorSpec("tokens", [rows, 1], torch.int32, is_output=True),
    ]


def golden_greedy(tensors):
    tensors["tokens"][:] = torch.argmax(tensors["logits"], dim=-1, keepdim=True)


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="the most likely token of every row")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=13, help="rows of logits (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=greedy,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_greedy,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=0.0,
        atol=0.0,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
