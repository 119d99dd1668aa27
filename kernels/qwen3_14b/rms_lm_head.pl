"""Qwen3-14B: final RMSNorm and LM head, baseline form.

    logits = bf16(rms_norm(hidden) * weight) @ lm_head_weight.T     FP32, [B, VOCAB]

The activations are padded to BATCH rows; only the B rows of the caller's batch are
stored. Each block of the vocabulary is computed by the scope `lm_head` into a staging
tensor and trimmed to the valid rows by the scope `lm_head_store`. rms_lm_head_tuned.pl
does the same sums with fewer, larger tasks and no staging, and gives the same bits.

    qwc run kernels/qwen3_14b/rms_lm_head.pl --golden
    qwc run kernels/qwen3_14b/rms_lm_head.pl --golden -- -b 5
"""
import pypto.language as pl
import torch
from config import (
    BATCH,
    BATCH_TILE,
    EPS,
    FINAL_RMS_K_CHUNK,
    HIDDEN,
    HIDDEN_INV,
    LM_HEAD_K_CHUNK,
    MAX_SEQ,
    USER_BATCH_DYN,
    VOCAB,
    VOCAB_CHUNK,
)
from golden import TensorSpec

assert HIDDEN % FINAL_RMS_K_CHUNK == 0, f"{FINAL_RMS_K_CHUNK=} must divide {HIDDEN=}"
assert HIDDEN % LM_HEAD_K_CHUNK == 0, f"{LM_HEAD_K_CHUNK=} must divide {HIDDEN=}"
assert VOCAB % VOCAB_CHUNK == 0, f"{VOCAB_CHUNK=} must divide {VOCAB=}"


@pl.jit.inline
def rms_lm_head(
    hidden_states: pl.Tensor[[BATCH, HIDDEN], pl.BF16],
    final_norm_weight: pl.Tensor[[1, HIDDEN], pl.FP32],
    lm_head_weight: pl.Tensor[[VOCAB, HIDDEN], pl.BF16],
    seq_lens: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    out: pl.Out[pl.Tensor[[USER_BATCH_DYN, VOCAB], pl.FP32]],
):
    user_batch = pl.tensor.dim(seq_lens, 0)
    final_normed = pl.create_tensor([BATCH, HIDDEN], dtype=pl.BF16)

    for b0 in pl.range(0, BATCH, BATCH_TILE):
        # How many rows of this tile belong to the batch; none if it starts behind it.
        valid_rows = pl.max(0, pl.min(BATCH_TILE, user_batch - b0))

        with pl.at(level=pl.Level.CORE_GROUP, name_hint="final_rmsnorm"):
            # Pass 1: the sum of squares of every row, chunk by chunk.
            sq_sum = pl.full([BATCH_TILE, 1], dtype=pl.FP32, value=0.0)
            for kb in pl.range(HIDDEN // FINAL_RMS_K_CHUNK):
                k0 = kb * FINAL_RMS_K_CHUNK
                x_bf16 = hidden_states[b0 : b0 + BATCH_TILE, k0 : k0 + FINAL_RMS_K_CHUNK]
                x = pl.cast(x_bf16, target_type=pl.FP32)
                sq_sum = pl.add(sq_sum, pl.row_sum(pl.mul(x, x)))
            inv_rms = pl.rsqrt(pl.add(pl.mul(sq_sum, HIDDEN_INV), EPS))

            # Pass 2: scale the rows and the columns, round to BF16 once.
            for kb in pl.range(HIDDEN // FINAL_RMS_K_CHUNK):
                k0 = kb * FINAL_RMS_K_CHUNK
                x_bf16 = hidden_states[b0 : b0 + BATCH_TILE, k0 : k0 + FINAL_RMS_K_CHUNK]
                x = pl.cast(x_bf16, target_type=pl.FP32)
                gamma = final_norm_weight[:, k0 : k0 + FINAL_RMS_K_CHUNK]
                y = pl.col_expand_mul(pl.row_expand_mul(x, inv_rms), gamma)
                final_normed = pl.assemble(final_normed, pl.cast(y, target_type=pl.BF16), [b0, k0])

        for vb in pl.parallel(VOCAB // VOCAB_CHUNK):
            v0 = vb * VOCAB_CHUNK
            staging = pl.create_tensor([BATCH_TILE, VOCAB_CHUNK], dtype=pl.FP32)

            with pl.at(level=pl.Level.CORE_GROUP, name_hint="lm_head"):
                # A ladder over K: one product opens the accumulator, the others add to it.
                x0 = final_normed[b0 : b0 + BATCH_TILE, 0:LM_HEAD_K_CHUNK]
                w0 = lm_head_weight[v0 : v0 + VOCAB_CHUNK, 0:LM_HEAD_K_CHUNK]
                acc = pl.matmul(x0, w0, out_dtype=pl.FP32, b_trans=True)
                for kb in pl.range(1, HIDDEN // LM_HEAD_K_CHUNK):
                    k0 = kb * LM_HEAD_K_CHUNK
                    xk = final_normed[b0 : b0 + BATCH_TILE, k0 : k0 + LM_HEAD_K_CHUNK]
                    wk = lm_head_weight[v0 : v0 + VOCAB_CHUNK, k0 : k0 + LM_HEAD_K_CHUNK]
                    acc = pl.matmul_acc(acc, xk, wk, b_trans=True)
                staging = pl.assemble(staging, acc, [0, 0])

            with pl.at(level=pl.Level.CORE_GROUP, name_hint="lm_head_store"):
                logits = pl.slice(
                    staging, [BATCH_TILE, VOCAB_CHUNK], [0, 0], valid_shape=[valid_rows, VOCAB_CHUNK]
                )
                out = pl.assemble(out, logits, [b0, v0])

    return out


@pl.jit
def test_rms_lm_head(
    hidden_states: pl.Tensor[[USER_BATCH_DYN, HIDDEN], pl.BF16],
    final_norm_weight: pl.Tensor[[1, HIDDEN], pl.FP32],
    lm_head_weight: pl.Tensor[[VOCAB, HIDDEN], pl.BF16],
    seq_lens: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    out: pl.Out[pl.Tensor[[USER_BATCH_DYN, VOCAB], pl.FP32]],
):
    # Pad the batch to BATCH rows. The rows behind it stay zero, as created.
    user_batch = pl.min(BATCH, pl.tensor.dim(hidden_states, 0))
    padded = pl.create_tensor([BATCH, HIDDEN], dtype=pl.BF16)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy_hidden"):
        for kb in pl.range(HIDDEN // FINAL_RMS_K_CHUNK):
            k0 = kb * FINAL_RMS_K_CHUNK
            rows = pl.slice(
                hidden_states, [BATCH, FINAL_RMS_K_CHUNK], [0, k0], valid_shape=[user_batch, FINAL_RMS_K_CHUNK]
            )
            padded = pl.assemble(padded, rows, [0, k0])

    out = rms_lm_head(padded, final_norm_weight, lm_head_weight, seq_lens, out)
    return out


def build_tensor_specs(batch=BATCH):
    def init_hidden_states():
        return torch.rand(batch, HIDDEN) - 0.5

    def init_lm_head_weight():
        return 0.5 * (torch.rand(VOCAB, HIDDEN) - 0.5) / HIDDEN ** 0.5

    def init_seq_lens():
        return torch.randint(1, MAX_SEQ + 1, (batch,), dtype=torch.int32)

    return [
        TensorSpec("hidden_states", [batch, HIDDEN], torch.bfloat16, init_value=init_hidden_states),
        TensorSpec("final_norm_weight", [1, HIDDEN], torch.float32, init_value=torch.ones),
        TensorSpec("lm_head_weight", [VOCAB, HIDDEN], torch.bfloat16, init_value=init_lm_head_weight),
        TensorSpec("seq_lens", [batch], torch.int32, init_value=init_seq_lens),
        TensorSpec("out", [batch, VOCAB], torch.float32, is_output=True),
    ]


def reference_logits(hidden, final_norm_weight, lm_head_weight):
    """The same mathematics on whole tensors: BF16 rows in, FP32 logits out."""
    hidden = hidden.float()
    rows = hidden.shape[0]

    sq_sum = torch.zeros(rows, 1)
    for k0 in range(0, HIDDEN, FINAL_RMS_K_CHUNK):
        sq_sum = sq_sum + hidden[:, k0 : k0 + FINAL_RMS_K_CHUNK].square().sum(dim=-1, keepdim=True)
    inv_rms = torch.rsqrt(sq_sum * HIDDEN_INV + EPS)
    normed = (hidden * inv_rms * final_norm_weight).bfloat16()

    logits = torch.zeros(rows, VOCAB)
    for k0 in range(0, HIDDEN, LM_HEAD_K_CHUNK):
        k1 = k0 + LM_HEAD_K_CHUNK
        logits = logits + normed[:, k0:k1].float() @ lm_head_weight[:, k0:k1].float().T
    return logits


def golden_rms_lm_head(tensors):
    """Computes the rows of the batch only."""
    tensors["out"][:] = reference_logits(
        tensors["hidden_states"], tensors["final_norm_weight"], tensors["lm_head_weight"]
    )


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="Qwen3-14B final RMSNorm and LM head, baseline form")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-b", "--batch", type=int, default=BATCH, help=f"rows, 1 to {BATCH} (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=test_rms_lm_head,
        specs=build_tensor_specs(args.batch),
        golden_fn=golden_rms_lm_head,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        # One BF16 flip of the norm times one weight is about 1e-5.
        rtol=3e-3,
        atol=3e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
