"""13 online softmax: attention in one pass over the keys.

    qwc run examples/13_online_softmax.pl --golden

Softmax needs the maximum of all scores before the first exponential. The online form
keeps a running maximum `m`, the sum `l` and the output `o`; when a block of keys raises
the maximum, what was summed before is scaled down. Three tiles are carried by the loop:
a name that is assigned before a loop and again in it takes its value to the next step.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

QUERIES = 16
KEYS = 192
DIM = 64
BLOCK = 64
SCALE = 1.0 / DIM ** 0.5


@pl.jit
def attention(
    q: pl.Tensor[[QUERIES, DIM], pl.BF16],
    k: pl.Tensor[[KEYS, DIM], pl.BF16],
    v: pl.Tensor[[KEYS, DIM], pl.BF16],
    out: pl.Out[pl.Tensor[[QUERIES, DIM], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="attention"):
        m = pl.full([QUERIES, 1], dtype=pl.FP32, value=-1.0e30)
        l = pl.full([QUERIES, 1], dtype=pl.FP32, value=0.0)
        o = pl.full([QUERIES, DIM], dtype=pl.FP32, value=0.0)
        for k0 in pl.range(0, KEYS, BLOCK):
            s = pl.mul(pl.matmul(q[:, :], k[k0 : k0 + BLOCK, :], out_dtype=pl.FP32, b_trans=True), SCALE)
            m_new = pl.maximum(m, pl.row_max(s))
            alpha = pl.exp(pl.sub(m, m_new))
            p = pl.exp(pl.row_expand_sub(s, m_new))
            pv = pl.matmul(pl.cast(p, target_type=pl.BF16), v[k0 : k0 + BLOCK, :], out_dtype=pl.FP32)
            l = pl.add(pl.mul(alpha, l), pl.row_sum(p))
            o = pl.add(pl.row_expand_mul(o, alpha), pv)
            m = m_new
        out = pl.assemble(out, pl.row_expand_div(o, l), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("q", [QUERIES, DIM], torch.bfloat16, init_value=torch.randn),
        TensorSpec("k", [KEYS, DIM], torch.bfloat16, init_value=torch.randn),
        TensorSpec("v", [KEYS, DIM], torch.bfloat16, init_value=torch.randn),
        TensorSpec("out", [QUERIES, DIM], torch.float32, is_output=True),
    ]


def golden_attention(tensors):
    q, k, v = tensors["q"].float(), tensors["k"].float(), tensors["v"].float()
    tensors["out"][:] = torch.softmax(q @ k.T * SCALE, dim=-1) @ v


if __name__ == "__main__":
    from golden import run_jit

    # The weights of the values are rounded to BF16: 8 bits of each.
    result = run_jit(attention, build_tensor_specs(), golden_fn=golden_attention, rtol=1e-2, atol=1e-2)
    if not result.passed:
        raise SystemExit(1)
