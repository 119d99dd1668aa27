"""Qwen3-14B: one decoder layer on a padded batch tile, paged KV cache.

    norm, q/k/v projections, q/k norm, RoPE, cache update, attention over the pages of
    each sequence, output projection + residual, norm, SwiGLU, down projection + residual

`decode_layer` is inline: decode_fwd.pl calls it in a loop over the layers. The entry
`test_decode_layer` pads the batch, runs one layer and the LM head.

The K and V of the current token are written to the cache and read back by attention in
the same call. Nothing orders the two but the memory they share.

    qwc run kernels/qwen3_14b/decode_layer.pl --golden
    qwc run kernels/qwen3_14b/decode_layer.pl --golden -- -b 3 --max-seq
    qwc run kernels/qwen3_14b/decode_layer.pl --golden -- --seq-lens 1 255 256 257 --caches

`-D config.SPMD=True -D config.SEQ_TILE=128` selects the later form, which launches
attention and MLP as flat `pl.spmd` loops.
"""
import pypto.language as pl
import torch
from config import (
    ATTN_SCALE,
    BATCH,
    BATCH_TILE,
    BLOCK_SIZE,
    BLOCK_TABLE_FLAT_DYN,
    DOWN_MLP_CHUNK,
    DOWN_OUT_CHUNK,
    EPS,
    HALF_DIM,
    HEAD_DIM,
    HEAD_DIM_INV,
    HIDDEN,
    HIDDEN_INV,
    INPUT_PROJ_K_CHUNK,
    INTERMEDIATE,
    K_CHUNK,
    KV_CACHE_ROWS_DYN,
    KV_HIDDEN,
    KV_OUT_CHUNK,
    KV_PROJ_K_CHUNK,
    LAYER_DYN,
    LAYER_HIDDEN_ROWS_DYN,
    LAYER_INTER_ROWS_DYN,
    MAX_SEQ,
    MLP_OUT_CHUNK,
    MLP_SPMD_INNER,
    NUM_KV_HEADS,
    OUT_PROJ_K_CHUNK,
    OUT_PROJ_N_CHUNK,
    Q_GROUPS,
    Q_HEAD_BATCH,
    Q_HEAD_PAD,
    Q_OUT_CHUNK,
    Q_PER_KV,
    ROPE_SEQ_DYN,
    SPMD,
    TOTAL_Q_GROUPS,
    USER_BATCH_DYN,
    VOCAB,
)
from decode_attention import GROUP_COLS, PAGE_ROWS, attention, attention_spmd
from golden import TensorSpec, ratio_allclose
from rms_lm_head import reference_logits, rms_lm_head

assert HIDDEN % INPUT_PROJ_K_CHUNK == 0, f"{INPUT_PROJ_K_CHUNK=} must divide {HIDDEN=}"
assert HIDDEN % KV_PROJ_K_CHUNK == 0, f"{KV_PROJ_K_CHUNK=} must divide {HIDDEN=}"
assert HIDDEN % Q_OUT_CHUNK == 0, f"{Q_OUT_CHUNK=} must divide {HIDDEN=}"
assert KV_HIDDEN % KV_OUT_CHUNK == 0, f"{KV_OUT_CHUNK=} must divide {KV_HIDDEN=}"
assert HIDDEN % OUT_PROJ_K_CHUNK == 0, f"{OUT_PROJ_K_CHUNK=} must divide {HIDDEN=}"
assert HIDDEN % OUT_PROJ_N_CHUNK == 0, f"{OUT_PROJ_N_CHUNK=} must divide {HIDDEN=}"
assert HIDDEN % K_CHUNK == 0, f"{K_CHUNK=} must divide {HIDDEN=}"
assert INTERMEDIATE % (MLP_OUT_CHUNK * MLP_SPMD_INNER) == 0, (
    f"{MLP_OUT_CHUNK=} times {MLP_SPMD_INNER=} must divide {INTERMEDIATE=}"
)
assert INTERMEDIATE % DOWN_MLP_CHUNK == 0, f"{DOWN_MLP_CHUNK=} must divide {INTERMEDIATE=}"
assert HIDDEN % DOWN_OUT_CHUNK == 0, f"{DOWN_OUT_CHUNK=} must divide {HIDDEN=}"


@pl.jit.inline
def decode_layer(
    current_hidden: pl.Tensor[[BATCH, HIDDEN], pl.BF16],
    input_rms_weight: pl.Tensor[[LAYER_DYN, HIDDEN], pl.FP32],
    wq: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, HIDDEN], pl.BF16],
    wk: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, KV_HIDDEN], pl.BF16],
    wv: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, KV_HIDDEN], pl.BF16],
    q_norm_weight: pl.Tensor[[LAYER_DYN, HEAD_DIM], pl.FP32],
    k_norm_weight: pl.Tensor[[LAYER_DYN, HEAD_DIM], pl.FP32],
    seq_lens: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    block_table: pl.Tensor[[BLOCK_TABLE_FLAT_DYN], pl.INT32],
    slot_mapping: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    rope_cos: pl.Tensor[[ROPE_SEQ_DYN, HEAD_DIM], pl.FP32],
    rope_sin: pl.Tensor[[ROPE_SEQ_DYN, HEAD_DIM], pl.FP32],
    k_cache: pl.InOut[pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16]],
    v_cache: pl.InOut[pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16]],
    wo: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, HIDDEN], pl.BF16],
    post_rms_weight: pl.Tensor[[LAYER_DYN, HIDDEN], pl.FP32],
    w_gate: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    w_up: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    w_down: pl.Tensor[[LAYER_INTER_ROWS_DYN, HIDDEN], pl.BF16],
    next_hidden: pl.Out[pl.Tensor[[BATCH, HIDDEN], pl.BF16]],
    layer_idx: pl.Scalar[pl.INT32],
):
    user_batch = pl.min(BATCH, pl.tensor.dim(seq_lens, 0))
    hidden_base = layer_idx * HIDDEN
    inter_base = layer_idx * INTERMEDIATE
    cache_base = layer_idx * (pl.tensor.dim(k_cache, 0) // pl.tensor.dim(input_rms_weight, 0))

    normed = pl.create_tensor([BATCH, HIDDEN], dtype=pl.BF16)
    q_proj = pl.create_tensor([BATCH, HIDDEN], dtype=pl.FP32)
    k_proj = pl.create_tensor([BATCH, KV_HIDDEN], dtype=pl.FP32)
    v_proj = pl.create_tensor([BATCH, KV_HIDDEN], dtype=pl.FP32)
    q_padded = pl.create_tensor([BATCH * TOTAL_Q_GROUPS * Q_HEAD_PAD, HEAD_DIM], dtype=pl.BF16)
    attn_out = pl.create_tensor([BATCH, HIDDEN], dtype=pl.BF16)

    for b0 in pl.range(0, BATCH, BATCH_TILE):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="rmsnorm"):
            sq_sum = pl.full([BATCH_TILE, 1], dtype=pl.FP32, value=0.0)
            for kb in pl.range(HIDDEN // INPUT_PROJ_K_CHUNK):
                k0 = kb * INPUT_PROJ_K_CHUNK
                x = pl.cast(current_hidden[b0 : b0 + BATCH_TILE, k0 : k0 + INPUT_PROJ_K_CHUNK], target_type=pl.FP32)
                sq_sum = pl.add(sq_sum, pl.row_sum(pl.mul(x, x)))
            inv_rms = pl.recip(pl.sqrt(pl.add(pl.mul(sq_sum, HIDDEN_INV), EPS)))
            for kb in pl.range(HIDDEN // INPUT_PROJ_K_CHUNK):
                k0 = kb * INPUT_PROJ_K_CHUNK
                x = pl.cast(current_hidden[b0 : b0 + BATCH_TILE, k0 : k0 + INPUT_PROJ_K_CHUNK], target_type=pl.FP32)
                gamma = pl.slice(input_rms_weight, [1, INPUT_PROJ_K_CHUNK], [layer_idx, k0])
                y = pl.col_expand_mul(pl.row_expand_mul(x, inv_rms), gamma)
                normed = pl.assemble(normed, pl.cast(y, target_type=pl.BF16), [b0, k0])

        for ob in pl.parallel(HIDDEN // Q_OUT_CHUNK):
            o0 = ob * Q_OUT_CHUNK
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="q_proj"):
                acc = pl.create_tensor([BATCH_TILE, Q_OUT_CHUNK], dtype=pl.FP32)
                for kb in pl.range(HIDDEN // INPUT_PROJ_K_CHUNK):
                    k0 = kb * INPUT_PROJ_K_CHUNK
                    x = normed[b0 : b0 + BATCH_TILE, k0 : k0 + INPUT_PROJ_K_CHUNK]
                    w = pl.slice(wq, [INPUT_PROJ_K_CHUNK, Q_OUT_CHUNK], [hidden_base + k0, o0])
                    if k0 == 0:
                        acc = pl.matmul(x, w, out_dtype=pl.FP32)
                    else:
                        acc = pl.matmul_acc(acc, x, w)
                q_proj = pl.assemble(q_proj, acc, [b0, o0])

        for ob in pl.parallel(KV_HIDDEN // KV_OUT_CHUNK):
            o0 = ob * KV_OUT_CHUNK
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="k_proj"):
                acc = pl.create_tensor([BATCH_TILE, KV_OUT_CHUNK], dtype=pl.FP32)
                for kb in pl.range(HIDDEN // KV_PROJ_K_CHUNK):
                    k0 = kb * KV_PROJ_K_CHUNK
                    x = normed[b0 : b0 + BATCH_TILE, k0 : k0 + KV_PROJ_K_CHUNK]
                    w = pl.slice(wk, [KV_PROJ_K_CHUNK, KV_OUT_CHUNK], [hidden_base + k0, o0])
                    if k0 == 0:
                        acc = pl.matmul(x, w, out_dtype=pl.FP32)
                    else:
                        acc = pl.matmul_acc(acc, x, w)
                k_proj = pl.assemble(k_proj, acc, [b0, o0])
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="v_proj"):
                acc = pl.create_tensor([BATCH_TILE, KV_OUT_CHUNK], dtype=pl.FP32)
                for kb in pl.range(HIDDEN // KV_PROJ_K_CHUNK):
                    k0 = kb * KV_PROJ_K_CHUNK
                    x = normed[b0 : b0 + BATCH_TILE, k0 : k0 + KV_PROJ_K_CHUNK]
                    w = pl.slice(wv, [KV_PROJ_K_CHUNK, KV_OUT_CHUNK], [hidden_base + k0, o0])
                    if k0 == 0:
                        acc = pl.matmul(x, w, out_dtype=pl.FP32)
                    else:
                        acc = pl.matmul_acc(acc, x, w)
                v_proj = pl.assemble(v_proj, acc, [b0, o0])

        # Every head vector is a row: [rows, heads * D] is seen as [rows * heads, D].
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="qk_norm"):
            q_gamma = pl.slice(q_norm_weight, [1, HEAD_DIM], [layer_idx, 0])
            k_gamma = pl.slice(k_norm_weight, [1, HEAD_DIM], [layer_idx, 0])
            for h in pl.range(NUM_KV_HEADS):
                q0 = h * Q_PER_KV * HEAD_DIM
                q = pl.reshape(q_proj[b0 : b0 + BATCH_TILE, q0 : q0 + Q_PER_KV * HEAD_DIM], [BATCH_TILE * Q_PER_KV, HEAD_DIM])
                q_inv = pl.rsqrt(pl.add(pl.mul(pl.row_sum(pl.mul(q, q)), HEAD_DIM_INV), EPS))
                q = pl.col_expand_mul(pl.row_expand_mul(q, q_inv), q_gamma)
                q_proj = pl.assemble(q_proj, pl.reshape(q, [BATCH_TILE, Q_PER_KV * HEAD_DIM]), [b0, q0])
                k0 = h * HEAD_DIM
                k = k_proj[b0 : b0 + BATCH_TILE, k0 : k0 + HEAD_DIM]
                k_inv = pl.rsqrt(pl.add(pl.mul(pl.row_sum(pl.mul(k, k)), HEAD_DIM_INV), EPS))
                k_proj = pl.assemble(k_proj, pl.col_expand_mul(pl.row_expand_mul(k, k_inv), k_gamma), [b0, k0])

    for b in pl.parallel(user_batch):
        pos = pl.read(seq_lens, [b]) - 1
        slot = pl.read(slot_mapping, [b])
        page = slot // BLOCK_SIZE
        offset = slot - page * BLOCK_SIZE
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="rope_kv_cache"):
            cos_lo = pl.slice(rope_cos, [1, HALF_DIM], [pos, 0])
            cos_hi = pl.slice(rope_cos, [1, HALF_DIM], [pos, HALF_DIM])
            sin_lo = pl.slice(rope_sin, [1, HALF_DIM], [pos, 0])
            sin_hi = pl.slice(rope_sin, [1, HALF_DIM], [pos, HALF_DIM])
            for h in pl.range(NUM_KV_HEADS):
                k0 = h * HEAD_DIM
                row = cache_base + page * PAGE_ROWS + h * BLOCK_SIZE + offset
                k_lo = pl.slice(k_proj, [1, HALF_DIM], [b, k0])
                k_hi = pl.slice(k_proj, [1, HALF_DIM], [b, k0 + HALF_DIM])
                k_rot_lo = pl.sub(pl.mul(k_lo, cos_lo), pl.mul(k_hi, sin_lo))
                k_rot_hi = pl.add(pl.mul(k_hi, cos_hi), pl.mul(k_lo, sin_hi))
                k_cache = pl.assemble(k_cache, pl.cast(k_rot_lo, target_type=pl.BF16), [row, 0])
                k_cache = pl.assemble(k_cache, pl.cast(k_rot_hi, target_type=pl.BF16), [row, HALF_DIM])
                v = pl.slice(v_proj, [1, HEAD_DIM], [b, k0])
                v_cache = pl.assemble(v_cache, pl.cast(v, target_type=pl.BF16), [row, 0])
                for gq in pl.range(Q_GROUPS):
                    g = h * Q_GROUPS + gq
                    q_row = (b * TOTAL_Q_GROUPS + g) * Q_HEAD_PAD
                    q = pl.reshape(pl.slice(q_proj, [1, GROUP_COLS], [b, g * GROUP_COLS]), [Q_HEAD_BATCH, HEAD_DIM])
                    q_lo = pl.slice(q, [Q_HEAD_BATCH, HALF_DIM], [0, 0])
                    q_hi = pl.slice(q, [Q_HEAD_BATCH, HALF_DIM], [0, HALF_DIM])
                    q_rot_lo = pl.sub(pl.col_expand_mul(q_lo, cos_lo), pl.col_expand_mul(q_hi, sin_lo))
                    q_rot_hi = pl.add(pl.col_expand_mul(q_hi, cos_hi), pl.col_expand_mul(q_lo, sin_hi))
                    q_padded = pl.assemble(q_padded, pl.cast(q_rot_lo, target_type=pl.BF16), [q_row, 0])
                    q_padded = pl.assemble(q_padded, pl.cast(q_rot_hi, target_type=pl.BF16), [q_row, HALF_DIM])
                    if Q_HEAD_PAD > Q_HEAD_BATCH:
                        pad = pl.full([Q_HEAD_PAD - Q_HEAD_BATCH, HEAD_DIM], dtype=pl.BF16, value=0.0)
                        q_padded = pl.assemble(q_padded, pad, [q_row + Q_HEAD_BATCH, 0])

    if SPMD:
        attn_out = attention_spmd(q_padded, seq_lens, block_table, k_cache, v_cache, attn_out, cache_base)
    else:
        attn_out = attention(q_padded, seq_lens, block_table, k_cache, v_cache, attn_out, cache_base)

    for b0 in pl.range(0, BATCH, BATCH_TILE):
        resid = pl.create_tensor([BATCH_TILE, HIDDEN], dtype=pl.FP32)
        for ob in pl.parallel(HIDDEN // OUT_PROJ_N_CHUNK):
            o0 = ob * OUT_PROJ_N_CHUNK
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="out_proj"):
                a0 = attn_out[b0 : b0 + BATCH_TILE, 0:OUT_PROJ_K_CHUNK]
                w0 = pl.slice(wo, [OUT_PROJ_K_CHUNK, OUT_PROJ_N_CHUNK], [hidden_base, o0])
                acc = pl.matmul(a0, w0, out_dtype=pl.FP32)
                for kb in pl.range(1, HIDDEN // OUT_PROJ_K_CHUNK):
                    k0 = kb * OUT_PROJ_K_CHUNK
                    a = attn_out[b0 : b0 + BATCH_TILE, k0 : k0 + OUT_PROJ_K_CHUNK]
                    w = pl.slice(wo, [OUT_PROJ_K_CHUNK, OUT_PROJ_N_CHUNK], [hidden_base + k0, o0])
                    acc = pl.matmul_acc(acc, a, w)
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="out_proj_residual"):
                x = pl.cast(current_hidden[b0 : b0 + BATCH_TILE, o0 : o0 + OUT_PROJ_N_CHUNK], target_type=pl.FP32)
                resid = pl.assemble(resid, pl.add(acc, x), [0, o0])

        post_normed = pl.create_tensor([BATCH_TILE, HIDDEN], dtype=pl.BF16)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="post_rmsnorm"):
            sq_sum = pl.full([BATCH_TILE, 1], dtype=pl.FP32, value=0.0)
            for kb in pl.range(HIDDEN // K_CHUNK):
                k0 = kb * K_CHUNK
                x = resid[:, k0 : k0 + K_CHUNK]
                sq_sum = pl.add(sq_sum, pl.row_sum(pl.mul(x, x)))
            inv_rms = pl.recip(pl.sqrt(pl.add(pl.mul(sq_sum, HIDDEN_INV), EPS)))
            for kb in pl.range(HIDDEN // K_CHUNK):
                k0 = kb * K_CHUNK
                x = resid[:, k0 : k0 + K_CHUNK]
                gamma = pl.slice(post_rms_weight, [1, K_CHUNK], [layer_idx, k0])
                y = pl.col_expand_mul(pl.row_expand_mul(x, inv_rms), gamma)
                post_normed = pl.assemble(post_normed, pl.cast(y, target_type=pl.BF16), [0, k0])

        mlp = pl.create_tensor([BATCH_TILE, INTERMEDIATE], dtype=pl.BF16)
        if SPMD:
            mlp = swiglu_spmd(post_normed, w_gate, w_up, mlp, hidden_base)
        else:
            mlp = swiglu(post_normed, w_gate, w_up, mlp, hidden_base)

        for ob in pl.parallel(HIDDEN // DOWN_OUT_CHUNK):
            o0 = ob * DOWN_OUT_CHUNK
            down = pl.create_tensor([BATCH_TILE, DOWN_OUT_CHUNK], dtype=pl.FP32)
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="down_proj"):
                w0 = pl.slice(w_down, [DOWN_MLP_CHUNK, DOWN_OUT_CHUNK], [inter_base, o0])
                acc = pl.matmul(mlp[:, 0:DOWN_MLP_CHUNK], w0, out_dtype=pl.FP32)
                for kb in pl.range(1, INTERMEDIATE // DOWN_MLP_CHUNK):
                    k0 = kb * DOWN_MLP_CHUNK
                    w = pl.slice(w_down, [DOWN_MLP_CHUNK, DOWN_OUT_CHUNK], [inter_base + k0, o0])
                    acc = pl.matmul_acc(acc, mlp[:, k0 : k0 + DOWN_MLP_CHUNK], w)
                down = pl.assemble(down, acc, [0, 0])
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="down_proj_residual"):
                y = pl.add(down[:, :], resid[:, o0 : o0 + DOWN_OUT_CHUNK])
                next_hidden = pl.assemble(next_hidden, pl.cast(y, target_type=pl.BF16), [b0, o0])
    return next_hidden


@pl.jit.inline
def swiglu(
    x: pl.Tensor[[BATCH_TILE, HIDDEN], pl.BF16],
    w_gate: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    w_up: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    mlp: pl.Out[pl.Tensor[[BATCH_TILE, INTERMEDIATE], pl.BF16]],
    row0: pl.Scalar[pl.INT64],
):
    """mlp = silu(x . w_gate) * (x . w_up). The accumulators cross into the third scope."""
    for ob in pl.parallel(INTERMEDIATE // MLP_OUT_CHUNK):
        o0 = ob * MLP_OUT_CHUNK
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="gate_proj"):
            gate = mlp_proj(x, w_gate, row0, o0)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="up_proj"):
            up = mlp_proj(x, w_up, row0, o0)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="silu"):
            sigmoid = pl.recip(pl.add(pl.exp(pl.neg(gate)), 1.0))
            act = pl.mul(pl.mul(gate, sigmoid), up)
            mlp = pl.assemble(mlp, pl.cast(act, target_type=pl.BF16), [0, o0])
    return mlp


@pl.jit.inline
def swiglu_spmd(
    x: pl.Tensor[[BATCH_TILE, HIDDEN], pl.BF16],
    w_gate: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    w_up: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    mlp: pl.Out[pl.Tensor[[BATCH_TILE, INTERMEDIATE], pl.BF16]],
    row0: pl.Scalar[pl.INT64],
):
    """The same as one launch, MLP_SPMD_INNER blocks of columns a task."""
    for idx in pl.spmd(INTERMEDIATE // (MLP_OUT_CHUNK * MLP_SPMD_INNER), name_hint="swiglu"):
        for i in pl.pipeline(MLP_SPMD_INNER, stage=2):
            o0 = (idx * MLP_SPMD_INNER + i) * MLP_OUT_CHUNK
            gate = mlp_proj(x, w_gate, row0, o0)
            up = mlp_proj(x, w_up, row0, o0)
            sigmoid = pl.recip(pl.add(pl.exp(pl.neg(gate)), 1.0))
            act = pl.mul(pl.mul(gate, sigmoid), up)
            mlp = pl.assemble(mlp, pl.cast(act, target_type=pl.BF16), [0, o0])
    return mlp


@pl.jit.inline
def mlp_proj(
    x: pl.Tensor[[BATCH_TILE, HIDDEN], pl.BF16],
    w: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    row0: pl.Scalar[pl.INT64],
    o0: pl.Scalar[pl.INT64],
):
    """Block of columns `o0` of gate or up: the ladder over K, an FP32 tile."""
    acc = pl.matmul(x[:, 0:K_CHUNK], w[row0 : row0 + K_CHUNK, o0 : o0 + MLP_OUT_CHUNK], out_dtype=pl.FP32)
    for kb in pl.range(1, HIDDEN // K_CHUNK):
        k0 = kb * K_CHUNK
        wk = pl.slice(w, [K_CHUNK, MLP_OUT_CHUNK], [row0 + k0, o0])
        acc = pl.matmul_acc(acc, x[:, k0 : k0 + K_CHUNK], wk)
    return acc


@pl.jit.inline
def copy_hidden(
    hidden_states: pl.Tensor[[USER_BATCH_DYN, HIDDEN], pl.BF16],
    padded: pl.Out[pl.Tensor[[BATCH, HIDDEN], pl.BF16]],
):
    """Pads the batch to BATCH rows. The rows behind it stay zero, as created."""
    user_batch = pl.min(BATCH, pl.tensor.dim(hidden_states, 0))
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy_hidden"):
        for kb in pl.range(HIDDEN // K_CHUNK):
            k0 = kb * K_CHUNK
            rows = pl.slice(hidden_states, [BATCH, K_CHUNK], [0, k0], valid_shape=[user_batch, K_CHUNK])
            padded = pl.assemble(padded, rows, [0, k0])
    return padded


@pl.jit
def test_decode_layer(
    hidden_states: pl.Tensor[[USER_BATCH_DYN, HIDDEN], pl.BF16],
    input_rms_weight: pl.Tensor[[LAYER_DYN, HIDDEN], pl.FP32],
    wq: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, HIDDEN], pl.BF16],
    wk: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, KV_HIDDEN], pl.BF16],
    wv: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, KV_HIDDEN], pl.BF16],
    q_norm_weight: pl.Tensor[[LAYER_DYN, HEAD_DIM], pl.FP32],
    k_norm_weight: pl.Tensor[[LAYER_DYN, HEAD_DIM], pl.FP32],
    seq_lens: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    block_table: pl.Tensor[[BLOCK_TABLE_FLAT_DYN], pl.INT32],
    slot_mapping: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    rope_cos: pl.Tensor[[ROPE_SEQ_DYN, HEAD_DIM], pl.FP32],
    rope_sin: pl.Tensor[[ROPE_SEQ_DYN, HEAD_DIM], pl.FP32],
    k_cache: pl.InOut[pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16]],
    v_cache: pl.InOut[pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16]],
    wo: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, HIDDEN], pl.BF16],
    post_rms_weight: pl.Tensor[[LAYER_DYN, HIDDEN], pl.FP32],
    w_gate: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    w_up: pl.Tensor[[LAYER_HIDDEN_ROWS_DYN, INTERMEDIATE], pl.BF16],
    w_down: pl.Tensor[[LAYER_INTER_ROWS_DYN, HIDDEN], pl.BF16],
    final_norm_weight: pl.Tensor[[1, HIDDEN], pl.FP32],
    lm_head_weight: pl.Tensor[[VOCAB, HIDDEN], pl.BF16],
    out: pl.Out[pl.Tensor[[USER_BATCH_DYN, VOCAB], pl.FP32]],
):
    hidden = pl.create_tensor([BATCH, HIDDEN], dtype=pl.BF16)
    hidden = copy_hidden(hidden_states, hidden)
    next_hidden = pl.create_tensor([BATCH, HIDDEN], dtype=pl.BF16)
    next_hidden = decode_layer(
        hidden, input_rms_weight, wq, wk, wv, q_norm_weight, k_norm_weight,
        seq_lens, block_table, slot_mapping, rope_cos, rope_sin, k_cache, v_cache,
        wo, post_rms_weight, w_gate, w_up, w_down, next_hidden, 0,
    )
    out = rms_lm_head(next_hidden, final_norm_weight, lm_head_weight, seq_lens, out)
    return out


def layer_specs(batch, max_seq, layers, seq_lens, shuffle_pages=False, caches=False):
    """Specs of everything that a layer reads, `layers` of each stacked along rows.

    shuffle_pages: the block table is a permutation of the pages, not the identity.
    caches: the caches are outputs, too, so that they are compared.
    """
    pages = (max_seq + BLOCK_SIZE - 1) // BLOCK_SIZE
    rows = layers * batch * pages * PAGE_ROWS
    table = list(range(batch * pages))
    if shuffle_pages:
        table = torch.argsort(torch.rand(batch * pages)).tolist()
    bf16, f32, i32 = torch.bfloat16, torch.float32, torch.int32

    def uniform(rows, cols, scale, shift=0.5):
        return lambda: scale * (torch.rand(rows, cols) - shift)

    def weight(name, k, n, scale=0.5, shift=0.5):
        init = uniform(layers * k, n, scale / k ** 0.5, shift)
        return TensorSpec(name, [layers * k, n], bf16, init_value=init)

    def cache(name, scale):
        return TensorSpec(name, [rows, HEAD_DIM], bf16, init_value=uniform(rows, HEAD_DIM, scale), is_output=caches)

    def rope(name):
        return TensorSpec(name, [max_seq, HEAD_DIM], f32, init_value=uniform(max_seq, HEAD_DIM, 1.0))

    def ints(name, values):
        return TensorSpec(name, [len(values)], i32, init_value=torch.tensor(values, dtype=i32))

    def slot(b):
        pos = seq_lens[b] - 1
        return table[b * pages + pos // BLOCK_SIZE] * BLOCK_SIZE + pos % BLOCK_SIZE

    return [
        TensorSpec("hidden_states", [batch, HIDDEN], bf16, init_value=uniform(batch, HIDDEN, 1.0)),
        TensorSpec("input_rms_weight", [layers, HIDDEN], f32, init_value=uniform(layers, HIDDEN, 1.0)),
        weight("wq", HIDDEN, HIDDEN, scale=1.0, shift=0.0),
        weight("wk", HIDDEN, KV_HIDDEN, scale=1.0, shift=0.0),
        weight("wv", HIDDEN, KV_HIDDEN, shift=0.0),
        TensorSpec("q_norm_weight", [layers, HEAD_DIM], f32, init_value=torch.ones),
        TensorSpec("k_norm_weight", [layers, HEAD_DIM], f32, init_value=torch.ones),
        ints("seq_lens", seq_lens),
        ints("block_table", table),
        ints("slot_mapping", [slot(b) for b in range(batch)]),
        rope("rope_cos"),
        rope("rope_sin"),
        cache("k_cache", 1.0),
        cache("v_cache", 0.5),
        weight("wo", HIDDEN, HIDDEN),
        TensorSpec("post_rms_weight", [layers, HIDDEN], f32, init_value=torch.ones),
        weight("w_gate", HIDDEN, INTERMEDIATE),
        weight("w_up", HIDDEN, INTERMEDIATE),
        weight("w_down", INTERMEDIATE, HIDDEN),
        TensorSpec("final_norm_weight", [1, HIDDEN], f32, init_value=torch.ones),
        TensorSpec("lm_head_weight", [VOCAB, HIDDEN], bf16, init_value=uniform(VOCAB, HIDDEN, 0.5 / HIDDEN ** 0.5)),
        TensorSpec("out", [batch, VOCAB], f32, is_output=True),
    ]


def context_lengths(batch, max_seq, given=None):
    """The given lengths over and over, or random ones."""
    if given:
        return [given[b % len(given)] for b in range(batch)]
    return torch.randint(1, max_seq + 1, (batch,)).tolist()


def build_tensor_specs(batch=BATCH, seq_lens=None, shuffle_pages=False, caches=False):
    lengths = context_lengths(batch, MAX_SEQ, seq_lens)
    return layer_specs(batch, MAX_SEQ, 1, lengths, shuffle_pages, caches)


# --- Reference -------------------------------------------------------------------------


def rms_norm(x, weight, chunk):
    """FP32 rows, sums of squares chunk by chunk; BF16 result."""
    sq_sum = torch.zeros(x.shape[0], 1)
    for k0 in range(0, HIDDEN, chunk):
        sq_sum = sq_sum + x[:, k0 : k0 + chunk].square().sum(dim=-1, keepdim=True)
    return (x * (1.0 / torch.sqrt(sq_sum * HIDDEN_INV + EPS)) * weight).bfloat16()


def project(x, w, chunk):
    """x [rows, K] times w [K, N], BF16 operands, FP32 result, K in steps."""
    acc = torch.zeros(x.shape[0], w.shape[1])
    for k0 in range(0, w.shape[0], chunk):
        acc = acc + x[:, k0 : k0 + chunk].float() @ w[k0 : k0 + chunk, :].float()
    return acc


def norm_heads(x, weight):
    """[rows, heads * D] -> [rows, heads, D], every head vector normalised."""
    heads = x.view(x.shape[0], -1, HEAD_DIM)
    inv = torch.rsqrt(heads.square().sum(dim=-1, keepdim=True) * HEAD_DIM_INV + EPS)
    return heads * inv * weight


def rotate(heads, cos, sin):
    """[heads, D] at one position; cos, sin [D]."""
    lo, hi = heads[:, :HALF_DIM], heads[:, HALF_DIM:]
    return torch.cat([lo * cos[:HALF_DIM] - hi * sin[:HALF_DIM], hi * cos[HALF_DIM:] + lo * sin[HALF_DIM:]], dim=-1)


def attend(q, length, pages, kv_head, k_cache, v_cache, base):
    """Online softmax over the pages of one sequence; q [heads, D] BF16, FP32 result."""
    for j in range((length + BLOCK_SIZE - 1) // BLOCK_SIZE):
        row = base + (pages[j] * NUM_KV_HEADS + kv_head) * BLOCK_SIZE
        valid = min(BLOCK_SIZE, length - j * BLOCK_SIZE)
        s = (q.float() @ k_cache[row : row + valid, :].float().T) * ATTN_SCALE
        m_j = s.max(dim=-1, keepdim=True).values
        p = torch.exp(s - m_j).bfloat16().float()
        l_j = p.sum(dim=-1, keepdim=True)
        o_j = p @ v_cache[row : row + valid, :].float()
        if j == 0:
            m, l, o = m_j, l_j, o_j
        else:
            m_new = torch.maximum(m, m_j)
            alpha, beta = torch.exp(m - m_new), torch.exp(m_j - m_new)
            l = alpha * l + beta * l_j
            o = alpha * o + beta * o_j
            m = m_new
    return o / l


def reference_layer(x, t, layer, k_cache, v_cache):
    """One layer on the real rows: BF16 [B, H] in and out; writes the caches."""
    batch = x.shape[0]
    h0, i0 = layer * HIDDEN, layer * INTERMEDIATE
    base = layer * (k_cache.shape[0] // t["input_rms_weight"].shape[0])
    pages_per_seq = t["block_table"].shape[0] // batch

    normed = rms_norm(x.float(), t["input_rms_weight"][layer : layer + 1, :], INPUT_PROJ_K_CHUNK)
    q = norm_heads(project(normed, t["wq"][h0 : h0 + HIDDEN, :], INPUT_PROJ_K_CHUNK), t["q_norm_weight"][layer])
    k = norm_heads(project(normed, t["wk"][h0 : h0 + HIDDEN, :], KV_PROJ_K_CHUNK), t["k_norm_weight"][layer])
    v = project(normed, t["wv"][h0 : h0 + HIDDEN, :], KV_PROJ_K_CHUNK).view(batch, NUM_KV_HEADS, HEAD_DIM)

    ctx = torch.zeros(batch, HIDDEN)
    for b in range(batch):
        length = t["seq_lens"][b].item()
        slot = t["slot_mapping"][b].item()
        cos, sin = t["rope_cos"][length - 1], t["rope_sin"][length - 1]
        q_rot = rotate(q[b], cos, sin).bfloat16()
        k_rot = rotate(k[b], cos, sin)
        page, offset = slot // BLOCK_SIZE, slot % BLOCK_SIZE
        pages = t["block_table"][b * pages_per_seq : (b + 1) * pages_per_seq].tolist()
        for h in range(NUM_KV_HEADS):
            row = base + (page * NUM_KV_HEADS + h) * BLOCK_SIZE + offset
            k_cache[row, :] = k_rot[h]
            v_cache[row, :] = v[b, h]
        for h in range(NUM_KV_HEADS):
            heads = q_rot[h * Q_PER_KV : (h + 1) * Q_PER_KV, :]
            o = attend(heads, length, pages, h, k_cache, v_cache, base)
            ctx[b, h * Q_PER_KV * HEAD_DIM : (h + 1) * Q_PER_KV * HEAD_DIM] = o.reshape(Q_PER_KV * HEAD_DIM)

    resid = project(ctx.bfloat16(), t["wo"][h0 : h0 + HIDDEN, :], OUT_PROJ_K_CHUNK) + x.float()
    post = rms_norm(resid, t["post_rms_weight"][layer : layer + 1, :], K_CHUNK)
    gate = project(post, t["w_gate"][h0 : h0 + HIDDEN, :], K_CHUNK)
    up = project(post, t["w_up"][h0 : h0 + HIDDEN, :], K_CHUNK)
    act = (gate * torch.sigmoid(gate) * up).bfloat16()
    return (project(act, t["w_down"][i0 : i0 + INTERMEDIATE, :], DOWN_MLP_CHUNK) + resid).bfloat16()


def golden_decode_layer(tensors):
    k_cache, v_cache = tensors["k_cache"].clone(), tensors["v_cache"].clone()
    hidden = reference_layer(tensors["hidden_states"], tensors, 0, k_cache, v_cache)
    tensors["out"][:] = reference_logits(hidden, tensors["final_norm_weight"], tensors["lm_head_weight"])
    # Compared only where the specs make them outputs.
    tensors["k_cache"], tensors["v_cache"] = k_cache, v_cache


# The BF16 of a cache row may differ by a unit, or by what a flipped unit of the input causes.
same_rows = ratio_allclose(atol=1e-2, rtol=2**-7, max_error_ratio=0.0)

if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="Qwen3-14B: one decoder layer and the LM head")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-b", "--batch", type=int, default=BATCH, help=f"sequences, 1 to {BATCH} (default: %(default)s)")
    lengths = parser.add_mutually_exclusive_group()
    lengths.add_argument("--max-seq", action="store_true", help=f"all contexts have {MAX_SEQ} positions")
    lengths.add_argument("--seq-lens", type=int, nargs="+", metavar="N", help="contexts, used over and over (default: random)")
    parser.add_argument("--shuffle-pages", action="store_true", help="scatter the pages of a sequence over the cache")
    parser.add_argument("--caches", action="store_true", help="compare the caches, too")
    parser.add_argument("--exact", action="store_true", help="compare with the untiled reference in float64")
    parser.add_argument("--compile-only", action="store_true", help="stop after compiling")
    parser.add_argument("--enable-l2-swimlane", action="store_true", help="recorded, no effect")
    parser.add_argument("--runtime-profiling", action="store_true", help="recorded, no effect")
    args = parser.parse_args()

    golden_fn = golden_decode_layer
    if args.exact:
        from decode_exact import golden_decode_exact as golden_fn
    result = run_jit(
        fn=test_decode_layer,
        specs=build_tensor_specs(
            args.batch,
            seq_lens=[MAX_SEQ] if args.max_seq else args.seq_lens,
            shuffle_pages=args.shuffle_pages,
            caches=args.caches,
        ),
        golden_fn=golden_fn,
        runtime_cfg=dict(
            platform=args.platform,
            device_id=args.device,
            enable_l2_swimlane=args.enable_l2_swimlane,
            runtime_profiling=args.runtime_profiling,
        ),
        rtol=3e-3,
        atol=3e-3,
        compare_fn=dict(k_cache=same_rows, v_cache=same_rows),
        compile_only=args.compile_only,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
