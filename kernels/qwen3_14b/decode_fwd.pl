"""Qwen3-14B: the whole forward pass of one decoding step.

    pad the batch, L decoder layers, final norm and LM head

The layers run in a sequential loop. `hidden` of a layer is the buffer that the layer
before it wrote, so the loop carries a reference: two buffers take turns.

    qwc run kernels/qwen3_14b/decode_fwd.pl --golden -- --num-layers 2
    qwc run kernels/qwen3_14b/decode_fwd.pl --golden -- --num-layers 1 -b 3 --max-seq 512

40 layers of weights are 26 GB. One layer's weights can stand in for all of them: `*L`
maps a block L times over, and the memory of one layer is enough.

    qwc run kernels/qwen3_14b/decode_fwd.pl --input 'wq=layer.safetensors:wq*40' ...
"""
import pypto.language as pl
import torch
from config import (
    BATCH,
    BLOCK_TABLE_FLAT_DYN,
    HEAD_DIM,
    HIDDEN,
    INTERMEDIATE,
    KV_CACHE_ROWS_DYN,
    KV_HIDDEN,
    LAYER_DYN,
    LAYER_HIDDEN_ROWS_DYN,
    LAYER_INTER_ROWS_DYN,
    NUM_LAYERS,
    ROPE_SEQ_DYN,
    USER_BATCH_DYN,
    VOCAB,
)
from decode_layer import context_lengths, copy_hidden, decode_layer, layer_specs, reference_layer, same_rows
from rms_lm_head import reference_logits, rms_lm_head


@pl.jit
def decode_fwd(
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
    for layer_idx in pl.range(pl.tensor.dim(input_rms_weight, 0)):
        next_hidden = pl.create_tensor([BATCH, HIDDEN], dtype=pl.BF16)
        next_hidden = decode_layer(
            hidden, input_rms_weight, wq, wk, wv, q_norm_weight, k_norm_weight,
            seq_lens, block_table, slot_mapping, rope_cos, rope_sin, k_cache, v_cache,
            wo, post_rms_weight, w_gate, w_up, w_down, next_hidden, layer_idx,
        )
        hidden = next_hidden
    out = rms_lm_head(hidden, final_norm_weight, lm_head_weight, seq_lens, out)
    return out


def build_tensor_specs(
    batch=BATCH, max_seq=128, layers=NUM_LAYERS, seq_lens=None, shuffle_pages=False, caches=False
):
    lengths = context_lengths(batch, max_seq, seq_lens)
    return layer_specs(batch, max_seq, layers, lengths, shuffle_pages, caches)


def golden_decode_fwd(tensors):
    k_cache, v_cache = tensors["k_cache"].clone(), tensors["v_cache"].clone()
    hidden = tensors["hidden_states"]
    for layer in range(tensors["input_rms_weight"].shape[0]):
        hidden = reference_layer(hidden, tensors, layer, k_cache, v_cache)
    tensors["out"][:] = reference_logits(hidden, tensors["final_norm_weight"], tensors["lm_head_weight"])
    # Compared only where the specs make them outputs.
    tensors["k_cache"], tensors["v_cache"] = k_cache, v_cache


if __name__ == "__main__":
    import argparse

    from golden import pass_rate_compare, run_jit

    parser = argparse.ArgumentParser(description="Qwen3-14B: one decoding step through all layers")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-b", "--batch", type=int, default=BATCH, help=f"sequences, 1 to {BATCH} (default: %(default)s)")
    parser.add_argument("--max-seq", type=int, default=128, metavar="N", help="positions of the cache (default: %(default)s)")
    parser.add_argument("--num-layers", type=int, default=NUM_LAYERS, metavar="N", help="layers (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the random inputs (default: %(default)s)")
    parser.add_argument("--pass-rate", type=float, default=0.98, metavar="R", help="share of close logits (default: %(default)s)")
    parser.add_argument("--seq-lens", type=int, nargs="+", metavar="N", help="contexts, used over and over (default: random)")
    parser.add_argument("--shuffle-pages", action="store_true", help="scatter the pages of a sequence over the cache")
    parser.add_argument("--caches", action="store_true", help="compare the caches, too")
    parser.add_argument("--exact", action="store_true", help="compare with the untiled reference in float64")
    parser.add_argument("--compile-only", action="store_true", help="stop after compiling")
    parser.add_argument("--enable-l2-swimlane", action="store_true", help="recorded, no effect")
    parser.add_argument("--runtime-profiling", action="store_true", help="recorded, no effect")
    args = parser.parse_args()

    golden_fn = golden_decode_fwd
    if args.exact:
        from decode_exact import golden_decode_exact as golden_fn
    torch.manual_seed(args.seed)
    result = run_jit(
        fn=decode_fwd,
        specs=build_tensor_specs(
            args.batch,
            args.max_seq,
            args.num_layers,
            seq_lens=args.seq_lens,
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
        rtol=5e-3,
        atol=5e-3,
        compare_fn=dict(out=pass_rate_compare(args.pass_rate), k_cache=same_rows, v_cache=same_rows),
        compile_only=args.compile_only,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
