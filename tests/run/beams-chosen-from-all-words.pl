# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Beam search step: add log-softmax of the logits to beam scores, take the best BEAMS of BEAMS*VOCAB."""
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit, topk_pair_compare

BATCH = pl.dynamic("BATCH")
BEAMS = 4
VOCAB = 128
FLAT = BEAMS * VOCAB


@pl.jit
def beam_step(
    logits: pl.Tensor[[BATCH, BEAMS, VOCAB], pl.FP32],
    scores: pl.Tensor[[BATCH, BEAMS], pl.FP32],
    new_scores: pl.Out[pl.Tensor[[BATCH, BEAMS], pl.FP32]],
    flat_ids: pl.Out[pl.Tensor[[BATCH, BEAMS], pl.INT32]],
    parent: pl.Out[pl.Tensor[[BATCH, BEAMS], pl.INT32]],
    token: pl.Out[pl.Tensor[[BATCH, BEAMS], pl.INT32]],
):
    for b in pl.parallel(scores.shape[0]):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="beam"):
            lg = logits[b, :, :]
            m = pl.row_max(lg)
            lse = pl.log(pl.row_sum(pl.exp(pl.row_expand_sub(lg, m)))) + m
            lp = pl.row_expand_sub(lg, lse)
            lp = pl.row_expand_add(lp, pl.transpose(scores[b : b + 1, :], 0, 1))
            flat = pl.reshape(lp, [1, FLAT])
            pairs = pl.sort32(flat, pl.arange(0, [1, FLAT], dtype=pl.UINT32))
            blk = 64
            pairs = pl.mrgsort(pairs, block_len=blk)
            pairs = pl.mrgsort(pairs, block_len=4 * blk)
            best = pairs[:, 0 : 2 * BEAMS]
            new_scores[b : b + 1, :] = pl.gather(best, mask_pattern=pl.tile.MaskPattern.P0101)
            ids = pl.gather(best, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
            flat_ids[b : b + 1, :] = ids
            parent[b : b + 1, :] = pl.shr(ids, 7)
            token[b : b + 1, :] = pl.and_(ids, VOCAB - 1)


def build_tensor_specs(batch=3):
    s = [
        TensorSpec("logits", [batch, BEAMS, VOCAB], torch.float32, init_value=torch.randn),
        TensorSpec("scores", [batch, BEAMS], torch.float32, init_value=torch.randn),
        TensorSpec("new_scores", [batch, BEAMS], torch.float32, is_output=True),
    ]
    return s + [TensorSpec(n, [batch, BEAMS], torch.int32, is_output=True) for n in ("flat_ids", "parent", "token")]


def golden_beam_step(t):
    lp = torch.log_softmax(t["logits"], dim=-1) + t["scores"].unsqueeze(-1)
    best = lp.flatten(1).topk(BEAMS, dim=-1)
    t["new_scores"][:] = best.values
    t["flat_ids"][:] = best.indices
    t["parent"][:] = best.indices // VOCAB
    t["token"][:] = best.indices % VOCAB


if __name__ == "__main__":
    r = run_jit(fn=beam_step, specs=build_tensor_specs(), golden_fn=golden_beam_step, rtol=1e-5, atol=1e-5,
                compare_fn={"flat_ids": topk_pair_compare("new_scores")})
    if not r.passed:
        raise SystemExit(r.error)
