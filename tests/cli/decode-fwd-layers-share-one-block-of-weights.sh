# `F.safetensors:T*L` maps one layer's weights L times over: bit for bit the run whose file
# holds them L times, and right by the golden.
. "$TESTDIR/_configs.sh"
$PYTHON - <<'PY'
import json, struct
import numpy as np
H, KV, I, L = 320, 64, 768, 5
rng = np.random.default_rng(11)
shapes = {"wq": (H, H), "wk": (H, KV), "wv": (H, KV), "wo": (H, H), "w_gate": (H, I), "w_up": (H, I), "w_down": (I, H)}
one = {n: (0.5 * (rng.random(s, np.float32) - 0.5) / s[0] ** 0.5).view(np.uint32) >> 16 for n, s in shapes.items()}

def save(path, tensors):
    head, body = {}, b""
    for name, a in tensors.items():
        raw = a.astype("<u2").tobytes()
        head[name] = {"dtype": "BF16", "shape": list(a.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + body)

save("one.safetensors", one)
save("all.safetensors", {n: np.tile(w, (L, 1)) for n, w in one.items()})
PY
forward() { # SOURCE with % for the name, FILE
    inputs=
    for w in wq wk wv wo w_gate w_up w_down; do
        inputs="$inputs --input $w=$(echo "$1" | sed "s/%/$w/")"
    done
    # shellcheck disable=SC2046,SC2086
    $QWC run -q "$FWD" --golden $(layer_options mini) $inputs --save "out=$2" -- -b 5 --num-layers 5 --max-seq 64
}
forward 'one.safetensors:%*5' one.npy
forward 'all.safetensors:%' all.npy
cmp one.npy all.npy && echo "same bits"
