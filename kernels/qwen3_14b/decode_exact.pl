"""Qwen3-14B: a second reference for decode_layer.pl and decode_fwd.pl.

Everything in float64, nothing tiled: whole dot products, exact softmax over the whole
context, in the order of the mathematics. It rounds to BF16 where the model stores BF16
(hidden states, normed input, K and V, rotated Q, context, SwiGLU), so it differs from a
kernel by single BF16 flips and by the rounding of the attention weights, which depends
on the pages. It shares no code with the kernels, so it cannot share a mistake with them.

    qwc run kernels/qwen3_14b/decode_layer.pl --golden -- --exact
"""
import torch
from config import BLOCK_SIZE, EPS, HALF_DIM, HEAD_DIM, HIDDEN, INTERMEDIATE, NUM_HEADS, NUM_KV_HEADS


def round16(x):
    """The nearest BF16, as float64."""
    return x.bfloat16().double()


def normalise(x, weight):
    return x * torch.rsqrt((x * x).mean(dim=-1, keepdim=True) + EPS) * weight.double()


def rope(x, cos, sin):
    """x [B, heads, D], each sequence at a position of its own: cos, sin [B, D]."""
    swapped = torch.cat([-x[:, :, HALF_DIM:], x[:, :, :HALF_DIM]], dim=-1)
    return x * cos.unsqueeze(1) + swapped * sin.unsqueeze(1)


def positions(table, length):
    """Row in a layer's cache of every position of a sequence, kv head 0."""
    return [table[t // BLOCK_SIZE] * NUM_KV_HEADS * BLOCK_SIZE + t % BLOCK_SIZE for t in range(length)]


def exact_layer(x, t, layer, k_cache, v_cache):
    """x [B, H] float64 with BF16 values -> the same after one layer; writes the caches."""
    batch = x.shape[0]
    layers = t["input_rms_weight"].shape[0]
    cache_rows = k_cache.shape[0] // layers
    lengths = t["seq_lens"].tolist()
    last = t["seq_lens"].long() - 1
    tables = t["block_table"].view(batch, -1).tolist()

    def weight(name, rows):
        return t[name][layer * rows : (layer + 1) * rows].double()

    y = round16(normalise(x, t["input_rms_weight"][layer]))
    q = normalise((y @ weight("wq", HIDDEN)).view(batch, NUM_HEADS, HEAD_DIM), t["q_norm_weight"][layer])
    k = normalise((y @ weight("wk", HIDDEN)).view(batch, NUM_KV_HEADS, HEAD_DIM), t["k_norm_weight"][layer])
    v = (y @ weight("wv", HIDDEN)).view(batch, NUM_KV_HEADS, HEAD_DIM)
    cos, sin = t["rope_cos"][last].double(), t["rope_sin"][last].double()
    q, k = round16(rope(q, cos, sin)), rope(k, cos, sin)

    context = torch.zeros(batch, NUM_HEADS, HEAD_DIM, dtype=torch.float64)
    group = NUM_HEADS // NUM_KV_HEADS
    for b in range(batch):
        rows = torch.tensor(positions(tables[b], lengths[b])) + layer * cache_rows
        for h in range(NUM_KV_HEADS):
            at = rows + h * BLOCK_SIZE
            k_cache[at[-1]] = k[b, h]
            v_cache[at[-1]] = v[b, h]
            scores = q[b, h * group : (h + 1) * group] @ k_cache[at].double().T / HEAD_DIM ** 0.5
            context[b, h * group : (h + 1) * group] = torch.softmax(scores, dim=-1) @ v_cache[at].double()

    resid = round16(context.view(batch, HIDDEN)) @ weight("wo", HIDDEN) + x
    n = round16(normalise(resid, t["post_rms_weight"][layer]))
    gate = n @ weight("w_gate", HIDDEN)
    act = round16(gate / (1.0 + torch.exp(-gate)) * (n @ weight("w_up", HIDDEN)))
    return round16(act @ weight("w_down", INTERMEDIATE) + resid)


def golden_decode_exact(tensors):
    k_cache, v_cache = tensors["k_cache"].clone(), tensors["v_cache"].clone()
    x = tensors["hidden_states"].double()
    for layer in range(tensors["input_rms_weight"].shape[0]):
        x = exact_layer(x, tensors, layer, k_cache, v_cache)
    f = round16(normalise(x, tensors["final_norm_weight"]))
    tensors["out"][:] = f @ tensors["lm_head_weight"].double().T
    tensors["k_cache"], tensors["v_cache"] = k_cache, v_cache
