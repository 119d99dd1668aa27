# Weights and inputs written by NumPy in the safetensors format give the logits
# that NumPy computes from them.
. "$TESTDIR/_configs.sh"
$PYTHON - <<'PY'
import json, struct
import numpy as np
rng = np.random.default_rng(1)
H, V, B = 320, 1024, 5

def bf16(x):
    u = x.astype(np.float32).view(np.uint32)
    return ((u + 0x7FFF + ((u >> 16) & 1)) >> 16).astype(np.uint16)

def f32(b):
    return (b.astype(np.uint32) << 16).view(np.float32)

h, w = bf16(rng.random((B, H)) - 0.5), bf16((rng.random((V, H)) - 0.5) / H ** 0.5)
g = (rng.random((1, H)) + 0.5).astype(np.float32)
blobs = {"lm_head.weight": ("BF16", w), "hidden": ("BF16", h), "norm.weight": ("F32", g)}
head, at, body = {}, 0, b""
for name, (dt, a) in blobs.items():
    raw = a.tobytes()
    head[name] = {"dtype": dt, "shape": list(a.shape), "data_offsets": [at, at + len(raw)]}
    at += len(raw)
    body += raw
text = json.dumps(head).encode()
text += b" " * (-len(text) % 8)
open("w.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + body)
x = f32(h).astype(np.float64)
r = 1 / np.sqrt((x * x).mean(1, keepdims=True) + 1e-6)
n = f32(bf16(x * r * g))
np.save("want.npy", n.astype(np.float64) @ f32(w).astype(np.float64).T)
PY
# shellcheck disable=SC2046
$QWC run "$TUNED" $(common mini) $(tuned_steps mini) \
    --input lm_head_weight=w.safetensors:lm_head.weight --input hidden_states=w.safetensors:hidden \
    --input final_norm_weight=w.safetensors:norm.weight --save out=out.npy -- -b 5 >log 2>&1 || cat log
$PYTHON - <<'PY'
import numpy as np
got, want = np.load("out.npy"), np.load("want.npy")
assert got.shape == want.shape and got.dtype == np.float32
d = np.abs(got - want).max()
print("agrees" if d < 1e-3 else f"differs by {d}")
PY
