"""Appends the K and V of new tokens to a paged cache.

`slot_mapping` holds page * BLOCK_SIZE + offset of every token; a negative slot is a token
to skip. Row of (page, head, offset) in the cache: (page * KV_HEADS + head) * BLOCK_SIZE +
offset. Slots come from memory, so that two tokens never share one can only be checked
while the kernel runs: a slot that occurs twice is an error.

    qwc run kernels/attention/kv_cache_append.pl --golden
    qwc run kernels/attention/kv_cache_append.pl --golden -- -t 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

TOKENS = pl.dynamic("TOKENS")
KV_HEADS = 2
HEAD_DIM = 64
BLOCK_SIZE = 16
PAGES = 8
CACHE_ROWS = PAGES * KV_HEADS * BLOCK_SIZE


@pl.jit
def kv_cache_append(
    k: pl.Tensor[[TOKENS, KV_HEADS * HEAD_DIM], pl.FP32],
    v: pl.Tensor[[TOKENS, KV_HEADS * HEAD_DIM], pl.FP32],
    slot_mapping: pl.Tensor[[TOKENS], pl.INT32],
    k_cache: pl.InOut[pl.Tensor[[CACHE_ROWS, HEAD_DIM], pl.BF16]],
    v_cache: pl.InOut[pl.Tensor[[CACHE_ROWS, HEAD_DIM], pl.BF16]],
):
    for t in pl.parallel(pl.tensor.dim(k, 0)):
        slot = pl.read(slot_mapping, [t])
        page = slot // BLOCK_SIZE
        offset = slot % BLOCK_SIZE
        if slot >= 0:
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="kv_cache_append"):
                for h in pl.range(KV_HEADS):
                    c0 = h * HEAD_DIM
                    row = (page * KV_HEADS + h) * BLOCK_SIZE + offset
                    kt = pl.cast(k[t : t + 1, c0 : c0 + HEAD_DIM], target_type=pl.BF16)
                    vt = pl.cast(v[t : t + 1, c0 : c0 + HEAD_DIM], target_type=pl.BF16)
                    k_cache = pl.assemble(k_cache, kt, [row, 0])
                    v_cache = pl.assemble(v_cache, vt, [row, 0])


def build_tensor_specs(tokens=11):
    def init_slots():
        slots = torch.argsort(torch.rand(PAGES * BLOCK_SIZE))[:tokens]
        slots[tokens // 2] = -1
        return slots

    return [
        TensorSpec("k", [tokens, KV_HEADS * HEAD_DIM], torch.float32, init_value=torch.randn),
        TensorSpec("v", [tokens, KV_HEADS * HEAD_DIM], torch.float32, init_value=torch.randn),
        TensorSpec("slot_mapping", [tokens], torch.int32, init_value=init_slots),
        TensorSpec("k_cache", [CACHE_ROWS, HEAD_DIM], torch.bfloat16, init_value=torch.randn, is_output=True),
        TensorSpec("v_cache", [CACHE_ROWS, HEAD_DIM], torch.bfloat16, init_value=torch.randn, is_output=True),
    ]


def golden_kv_cache_append(tensors):
    for name in ("k", "v"):
        cache = tensors[name + "_cache"].view(PAGES, KV_HEADS, BLOCK_SIZE, HEAD_DIM)
        new = tensors[name].view(-1, KV_HEADS, HEAD_DIM)
        for t, slot in enumerate(tensors["slot_mapping"].tolist()):
            if slot >= 0:
                cache[slot // BLOCK_SIZE, :, slot % BLOCK_SIZE, :] = new[t]


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="appends K and V to a paged cache")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-t", "--tokens", type=int, default=11, help="new tokens (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=kv_cache_append,
        specs=build_tensor_specs(args.tokens),
        golden_fn=golden_kv_cache_append,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=0.0,
        atol=0.0,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
