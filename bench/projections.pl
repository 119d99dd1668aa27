"""The seven projections of a Qwen3-14B decoder layer on a batch, nothing between them.

    y = x @ w     FP32, for q, k, v, out, gate, up [5120, N] and down [17408, 5120]

Weights are [K, N], as decode_layer.pl has them: 660 MB, read once. `make bench` measures
this beside the same seven products of other libraries.

    qwc run bench/projections.pl --golden
    qwc bench bench/projections.pl
"""
import pypto.language as pl
import torch
from golden import TensorSpec

BATCH = 16
HIDDEN = 5120
KV_HIDDEN = 1024
INTERMEDIATE = 17_408
K_CHUNK = 256       # K step
N_CHUNK = 256       # columns of one task

assert HIDDEN % K_CHUNK == 0 and INTERMEDIATE % K_CHUNK == 0, f"{K_CHUNK=} must divide {HIDDEN=} and {INTERMEDIATE=}"
assert HIDDEN % N_CHUNK == 0 and KV_HIDDEN % N_CHUNK == 0 and INTERMEDIATE % N_CHUNK == 0, f"{N_CHUNK=} must divide all widths"

K_DYN = pl.dynamic("K_DYN")
N_DYN = pl.dynamic("N_DYN")


@pl.jit.inline
def project(
    x: pl.Tensor[[BATCH, K_DYN], pl.BF16],
    w: pl.Tensor[[K_DYN, N_DYN], pl.BF16],
    o0: pl.Scalar[pl.INT64],
    steps: pl.Scalar[pl.INT64],
):
    """Columns o0 ... o0 + N_CHUNK of x @ w: the ladder over K."""
    acc = pl.matmul(x[:, 0:K_CHUNK], w[0:K_CHUNK, o0 : o0 + N_CHUNK], out_dtype=pl.FP32)
    for kb in pl.range(1, steps):
        k0 = kb * K_CHUNK
        acc = pl.matmul_acc(acc, x[:, k0 : k0 + K_CHUNK], w[k0 : k0 + K_CHUNK, o0 : o0 + N_CHUNK])
    return acc


@pl.jit
def projections(
    x: pl.Tensor[[BATCH, HIDDEN], pl.BF16],
    h: pl.Tensor[[BATCH, INTERMEDIATE], pl.BF16],
    wq: pl.Tensor[[HIDDEN, HIDDEN], pl.BF16],
    wk: pl.Tensor[[HIDDEN, KV_HIDDEN], pl.BF16],
    wv: pl.Tensor[[HIDDEN, KV_HIDDEN], pl.BF16],
    wo: pl.Tensor[[HIDDEN, HIDDEN], pl.BF16],
    w_gate: pl.Tensor[[HIDDEN, INTERMEDIATE], pl.BF16],
    w_up: pl.Tensor[[HIDDEN, INTERMEDIATE], pl.BF16],
    w_down: pl.Tensor[[INTERMEDIATE, HIDDEN], pl.BF16],
    q: pl.Out[pl.Tensor[[BATCH, HIDDEN], pl.FP32]],
    k: pl.Out[pl.Tensor[[BATCH, KV_HIDDEN], pl.FP32]],
    v: pl.Out[pl.Tensor[[BATCH, KV_HIDDEN], pl.FP32]],
    o: pl.Out[pl.Tensor[[BATCH, HIDDEN], pl.FP32]],
    gate: pl.Out[pl.Tensor[[BATCH, INTERMEDIATE], pl.FP32]],
    up: pl.Out[pl.Tensor[[BATCH, INTERMEDIATE], pl.FP32]],
    down: pl.Out[pl.Tensor[[BATCH, HIDDEN], pl.FP32]],
):
    for ob in pl.parallel(HIDDEN // N_CHUNK):
        o0 = ob * N_CHUNK
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="q_proj"):
            q = pl.assemble(q, project(x, wq, o0, HIDDEN // K_CHUNK), [0, o0])
    for ob in pl.parallel(KV_HIDDEN // N_CHUNK):
        o0 = ob * N_CHUNK
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k_proj"):
            k = pl.assemble(k, project(x, wk, o0, HIDDEN // K_CHUNK), [0, o0])
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="v_proj"):
            v = pl.assemble(v, project(x, wv, o0, HIDDEN // K_CHUNK), [0, o0])
    for ob in pl.parallel(HIDDEN // N_CHUNK):
        o0 = ob * N_CHUNK
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="out_proj"):
            o = pl.assemble(o, project(x, wo, o0, HIDDEN // K_CHUNK), [0, o0])
    for ob in pl.parallel(INTERMEDIATE // N_CHUNK):
        o0 = ob * N_CHUNK
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="gate_proj"):
            gate = pl.assemble(gate, project(x, w_gate, o0, HIDDEN // K_CHUNK), [0, o0])
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="up_proj"):
            up = pl.assemble(up, project(x, w_up, o0, HIDDEN // K_CHUNK), [0, o0])
    for ob in pl.parallel(HIDDEN // N_CHUNK):
        o0 = ob * N_CHUNK
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="down_proj"):
            down = pl.assemble(down, project(h, w_down, o0, INTERMEDIATE // K_CHUNK), [0, o0])


def build_tensor_specs():
    def weight(rows, cols):
        def make():
            return (torch.rand(rows, cols) - 0.5) / rows ** 0.5
        return make

    return [
        TensorSpec("x", [BATCH, HIDDEN], torch.bfloat16, init_value=torch.randn),
        TensorSpec("h", [BATCH, INTERMEDIATE], torch.bfloat16, init_value=torch.randn),
        TensorSpec("wq", [HIDDEN, HIDDEN], torch.bfloat16, init_value=weight(HIDDEN, HIDDEN)),
        TensorSpec("wk", [HIDDEN, KV_HIDDEN], torch.bfloat16, init_value=weight(HIDDEN, KV_HIDDEN)),
        TensorSpec("wv", [HIDDEN, KV_HIDDEN], torch.bfloat16, init_value=weight(HIDDEN, KV_HIDDEN)),
        TensorSpec("wo", [HIDDEN, HIDDEN], torch.bfloat16, init_value=weight(HIDDEN, HIDDEN)),
        TensorSpec("w_gate", [HIDDEN, INTERMEDIATE], torch.bfloat16, init_value=weight(HIDDEN, INTERMEDIATE)),
        TensorSpec("w_up", [HIDDEN, INTERMEDIATE], torch.bfloat16, init_value=weight(HIDDEN, INTERMEDIATE)),
        TensorSpec("w_down", [INTERMEDIATE, HIDDEN], torch.bfloat16, init_value=weight(INTERMEDIATE, HIDDEN)),
        TensorSpec("q", [BATCH, HIDDEN], torch.float32, is_output=True),
        TensorSpec("k", [BATCH, KV_HIDDEN], torch.float32, is_output=True),
        TensorSpec("v", [BATCH, KV_HIDDEN], torch.float32, is_output=True),
        TensorSpec("o", [BATCH, HIDDEN], torch.float32, is_output=True),
        TensorSpec("gate", [BATCH, INTERMEDIATE], torch.float32, is_output=True),
        TensorSpec("up", [BATCH, INTERMEDIATE], torch.float32, is_output=True),
        TensorSpec("down", [BATCH, HIDDEN], torch.float32, is_output=True),
    ]


def golden_projections(t):
    x = t["x"].float()
    for y, w in (("q", "wq"), ("k", "wk"), ("v", "wv"), ("o", "wo"), ("gate", "w_gate"), ("up", "w_up")):
        t[y][:] = x @ t[w].float()
    t["down"][:] = t["h"].float() @ t["w_down"].float()
