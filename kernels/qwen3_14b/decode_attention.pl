"""Qwen3-14B decode: attention of the current token over a paged KV cache, in two forms.

`attention` takes a pair of query groups through four scopes. `attention_spmd` does the
pages of a pair in one flat launch and combines them in a second one. Both use online
softmax over pages of BLOCK_SIZE positions, round the same values to BF16 and agree on
every row of the batch.

decode_layer.pl calls the one that `config.SPMD` selects.
"""
import pypto.language as pl
from config import (
    ATTN_SCALE,
    BATCH,
    BLOCK_SIZE,
    BLOCK_TABLE_FLAT_DYN,
    HEAD_DIM,
    HIDDEN,
    KV_CACHE_ROWS_DYN,
    NUM_KV_HEADS,
    Q_GROUPS,
    Q_HEAD_BATCH,
    Q_HEAD_PAD,
    SEQ_TILE,
    TOTAL_Q_GROUPS,
    USER_BATCH_DYN,
)

__all__ = ["PAGE_ROWS", "GROUP_COLS"]

PAIRS = TOTAL_Q_GROUPS // 2              # a task takes two query groups
PAGE_ROWS = NUM_KV_HEADS * BLOCK_SIZE    # cache rows of one page
GROUP_COLS = Q_HEAD_BATCH * HEAD_DIM     # columns of one query group
SPLIT_ROWS = max(Q_HEAD_BATCH, Q_HEAD_PAD // 2)    # rows of one half of a split query tile

assert SEQ_TILE == BLOCK_SIZE, f"one attention step is one page: {SEQ_TILE=} {BLOCK_SIZE=}"


@pl.jit.inline
def attention(
    q_padded: pl.Tensor[[BATCH * TOTAL_Q_GROUPS * Q_HEAD_PAD, HEAD_DIM], pl.BF16],
    seq_lens: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    block_table: pl.Tensor[[BLOCK_TABLE_FLAT_DYN], pl.INT32],
    k_cache: pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16],
    v_cache: pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16],
    attn_out: pl.Out[pl.Tensor[[BATCH, HIDDEN], pl.BF16]],
    cache_base: pl.Scalar[pl.INT64],
):
    """Four scopes for every sequence and pair of query groups. What they hand on lives in
    buffers of the iteration, a tile of Q_HEAD_PAD rows for every group and page."""
    user_batch = pl.min(BATCH, pl.tensor.dim(seq_lens, 0))
    max_blocks = pl.tensor.dim(block_table, 0) // pl.tensor.dim(seq_lens, 0)

    for b in pl.parallel(user_batch):
        ctx_len = pl.read(seq_lens, [b])
        ctx_blocks = (ctx_len + SEQ_TILE - 1) // SEQ_TILE
        for g0 in pl.parallel(0, TOTAL_Q_GROUPS, 2):
            scores = pl.create_tensor([2 * max_blocks * Q_HEAD_PAD, SEQ_TILE], dtype=pl.FP32)
            probs = pl.create_tensor([2 * max_blocks * Q_HEAD_PAD, SEQ_TILE], dtype=pl.BF16)
            maxima = pl.create_tensor([2 * max_blocks * Q_HEAD_PAD, 1], dtype=pl.FP32)
            sums = pl.create_tensor([2 * max_blocks * Q_HEAD_PAD, 1], dtype=pl.FP32)
            partial = pl.create_tensor([2 * max_blocks * Q_HEAD_PAD, HEAD_DIM], dtype=pl.FP32)

            with pl.at(level=pl.Level.CORE_GROUP, name_hint="qk_matmul"):
                for gi in pl.range(2):
                    g = g0 + gi
                    q0 = (b * TOTAL_Q_GROUPS + g) * Q_HEAD_PAD
                    q = q_padded[q0 : q0 + Q_HEAD_PAD, :]
                    for sb in pl.range(ctx_blocks):
                        page = pl.read(block_table, [b * max_blocks + sb])
                        row = cache_base + page * PAGE_ROWS + (g // Q_GROUPS) * BLOCK_SIZE
                        s = pl.matmul(q, k_cache[row : row + SEQ_TILE, :], out_dtype=pl.FP32, b_trans=True)
                        scores = pl.assemble(scores, s, [(gi * max_blocks + sb) * Q_HEAD_PAD, 0])

            with pl.at(level=pl.Level.CORE_GROUP, name_hint="softmax"):
                for gi in pl.range(2):
                    for sb in pl.range(ctx_blocks):
                        at = (gi * max_blocks + sb) * Q_HEAD_PAD
                        valid = pl.max(0, pl.min(SEQ_TILE, ctx_len - sb * SEQ_TILE))
                        s = pl.slice(scores, [Q_HEAD_PAD, SEQ_TILE], [at, 0], valid_shape=[Q_HEAD_PAD, valid])
                        s = pl.mul(pl.fillpad(s, pad_value=pl.PadValue.min), ATTN_SCALE)
                        m = pl.row_max(s)
                        p = pl.cast(pl.exp(pl.row_expand_sub(s, m)), target_type=pl.BF16)
                        # The sum is of the rounded values, which the product uses, too.
                        l = pl.row_sum(pl.cast(p, target_type=pl.FP32))
                        probs = pl.assemble(probs, p, [at, 0])
                        maxima = pl.assemble(maxima, m, [at, 0])
                        sums = pl.assemble(sums, l, [at, 0])

            with pl.at(level=pl.Level.CORE_GROUP, name_hint="sv_matmul"):
                for gi in pl.range(2):
                    for sb in pl.range(ctx_blocks):
                        at = (gi * max_blocks + sb) * Q_HEAD_PAD
                        page = pl.read(block_table, [b * max_blocks + sb])
                        row = cache_base + page * PAGE_ROWS + ((g0 + gi) // Q_GROUPS) * BLOCK_SIZE
                        p = probs[at : at + Q_HEAD_PAD, :]
                        o = pl.matmul(p, v_cache[row : row + SEQ_TILE, :], out_dtype=pl.FP32)
                        partial = pl.assemble(partial, o, [at, 0])

            with pl.at(level=pl.Level.CORE_GROUP, name_hint="online_softmax"):
                for gi in pl.range(2):
                    g = g0 + gi
                    first = gi * max_blocks * Q_HEAD_PAD
                    heads = combine_pages(partial, maxima, sums, first, ctx_blocks)
                    attn_out = pl.assemble(attn_out, heads, [b, g * GROUP_COLS])
    return attn_out


@pl.jit.inline
def attention_spmd(
    q_padded: pl.Tensor[[BATCH * TOTAL_Q_GROUPS * Q_HEAD_PAD, HEAD_DIM], pl.BF16],
    seq_lens: pl.Tensor[[USER_BATCH_DYN], pl.INT32],
    block_table: pl.Tensor[[BLOCK_TABLE_FLAT_DYN], pl.INT32],
    k_cache: pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16],
    v_cache: pl.Tensor[[KV_CACHE_ROWS_DYN, HEAD_DIM], pl.BF16],
    attn_out: pl.Out[pl.Tensor[[BATCH, HIDDEN], pl.BF16]],
    cache_base: pl.Scalar[pl.INT64],
):
    """Two launches, flat over the padded batch. Lanes behind the batch repeat its last
    sequence; what they write are padded rows, which nobody reads."""
    user_batch = pl.tensor.dim(seq_lens, 0)
    max_blocks = pl.tensor.dim(block_table, 0) // user_batch
    tile_rows = BATCH * TOTAL_Q_GROUPS * max_blocks * Q_HEAD_PAD
    maxima = pl.create_tensor([tile_rows, 1], dtype=pl.FP32)
    sums = pl.create_tensor([tile_rows, 1], dtype=pl.FP32)
    partial = pl.create_tensor([tile_rows, HEAD_DIM], dtype=pl.FP32)

    for idx in pl.spmd(BATCH * PAIRS, name_hint="attention", optimizations=[pl.split(pl.SplitMode.UP_DOWN)]):
        b = pl.min(idx // PAIRS, user_batch - 1)
        ctx_len = pl.read(seq_lens, [b])
        for gi in pl.pipeline(2, stage=2):
            g = (idx % PAIRS) * 2 + gi
            q0 = (b * TOTAL_Q_GROUPS + g) * Q_HEAD_PAD
            q = q_padded[q0 : q0 + Q_HEAD_PAD, :]
            for sb in pl.range((ctx_len + SEQ_TILE - 1) // SEQ_TILE):
                page = pl.read(block_table, [b * max_blocks + sb])
                row = cache_base + page * PAGE_ROWS + (g // Q_GROUPS) * BLOCK_SIZE
                s = pl.matmul(q, k_cache[row : row + SEQ_TILE, :], out_dtype=pl.FP32, b_trans=True)
                # Half the rows hold all the heads; the others are padding from here on.
                s = pl.set_validshape(s, SPLIT_ROWS, pl.max(0, pl.min(SEQ_TILE, ctx_len - sb * SEQ_TILE)))
                s = pl.mul(pl.fillpad(s, pad_value=pl.PadValue.min), ATTN_SCALE)
                m = pl.row_max(s)
                p = pl.cast(pl.exp(pl.row_expand_sub(s, m)), target_type=pl.BF16)
                l = pl.row_sum(pl.cast(p, target_type=pl.FP32))
                o = pl.matmul(p, v_cache[row : row + SEQ_TILE, :], out_dtype=pl.FP32)
                at = ((idx * 2 + gi) * max_blocks + sb) * Q_HEAD_PAD
                maxima = pl.assemble(maxima, m, [at, 0])
                sums = pl.assemble(sums, l, [at, 0])
                partial = pl.assemble(partial, o, [at, 0])

    for idx in pl.spmd(BATCH * TOTAL_Q_GROUPS, name_hint="online_softmax"):
        lane = idx // TOTAL_Q_GROUPS
        ctx_len = pl.read(seq_lens, [pl.min(lane, user_batch - 1)])
        ctx_blocks = (ctx_len + SEQ_TILE - 1) // SEQ_TILE
        heads = combine_pages(partial, maxima, sums, idx * max_blocks * Q_HEAD_PAD, ctx_blocks)
        attn_out = pl.assemble(attn_out, heads, [lane, (idx % TOTAL_Q_GROUPS) * GROUP_COLS])
    return attn_out


@pl.jit.inline
def combine_pages(
    partial: pl.Tensor,
    maxima: pl.Tensor,
    sums: pl.Tensor,
    first: pl.Scalar[pl.INT64],
    blocks: pl.Scalar[pl.INT64],
):
    """Online softmax over the pages of one query group, tiles of Q_HEAD_PAD rows from row
    `first` on: the heads of the group side by side, [1, GROUP_COLS]."""
    o = partial[first : first + Q_HEAD_PAD, :]
    m = maxima[first : first + Q_HEAD_PAD, :]
    l = sums[first : first + Q_HEAD_PAD, :]
    for sb in pl.range(1, blocks):
        at = first + sb * Q_HEAD_PAD
        m_page = maxima[at : at + Q_HEAD_PAD, :]
        m_new = pl.maximum(m, m_page)
        alpha = pl.exp(pl.sub(m, m_new))
        beta = pl.exp(pl.sub(m_page, m_new))
        l = pl.add(pl.mul(alpha, l), pl.mul(beta, sums[at : at + Q_HEAD_PAD, :]))
        o_page = partial[at : at + Q_HEAD_PAD, :]
        o = pl.add(pl.row_expand_mul(o, alpha), pl.row_expand_mul(o_page, beta))
        m = m_new
    ctx = pl.cast(pl.row_expand_div(o, l), target_type=pl.BF16)
    return pl.reshape(pl.slice(ctx, [Q_HEAD_BATCH, HEAD_DIM], [0, 0]), [1, GROUP_COLS])
