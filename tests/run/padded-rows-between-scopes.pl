"""Three heads are padded to eight rows; the buffers between the scopes hold the padding, too."""
import pypto.language as pl
import torch
from golden import TensorSpec

PAD = 8
HEADS = 3
N = pl.dynamic("N")


@pl.jit
def k(x: pl.Tensor[[N, 64], pl.FP32], w: pl.Tensor[[32, 64], pl.FP32], y: pl.Out[pl.Tensor[[N, 32], pl.FP32]]):
    groups = pl.tensor.dim(x, 0) // HEADS
    rows = groups * PAD
    scores = pl.create_tensor([rows, 32], dtype=pl.FP32)
    probs = pl.create_tensor([rows, 32], dtype=pl.FP32)
    largest = pl.create_tensor([rows, 1], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="scores"):
        for g in pl.range(groups):
            q = pl.slice(x, [PAD, 64], [g * HEADS, 0], valid_shape=[HEADS, 64])
            scores = pl.assemble(scores, pl.matmul(pl.fillpad(q, pad_value=pl.PadValue.zero), w, b_trans=True), [g * PAD, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="softmax"):
        for g in pl.range(groups):
            s = scores[g * PAD : g * PAD + PAD, :]
            m = pl.row_max(s)
            largest = pl.assemble(largest, m, [g * PAD, 0])
            e = pl.exp(pl.row_expand_sub(s, m))
            probs = pl.assemble(probs, pl.row_expand_div(e, pl.row_sum(e)), [g * PAD, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"):
        for g in pl.range(groups):
            p = pl.row_expand_add(probs[g * PAD : g * PAD + PAD, :], largest[g * PAD : g * PAD + PAD, :])
            y = pl.assemble(y, pl.slice(p, [HEADS, 32], [0, 0]), [g * HEADS, 0])


def golden_k(t):
    s = t["x"] @ t["w"].T
    m = s.max(dim=-1, keepdim=True).values
    t["y"][:] = torch.softmax(s, dim=-1) + m


def build_specs():
    return [TensorSpec("x", [12, 64], torch.float32, init_value=torch.randn),
            TensorSpec("w", [32, 64], torch.float32, init_value=torch.randn),
            TensorSpec("y", [12, 32], torch.float32, is_output=True)]
