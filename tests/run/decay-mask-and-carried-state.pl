# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Linear attention / retention in chunkwise form: inner chunk with decay mask, carried state [D, D]."""
import pypto.language as pl
import torch
from golden import TensorSpec

S = pl.dynamic("S")
HEADS, D, CH = 2, 32, 16
GAMMA = [1.0 - 2.0 ** (-5 - h) for h in range(HEADS)]


@pl.jit
def retention(
    q: pl.Tensor[[HEADS, S, D], pl.FP32],
    k: pl.Tensor[[HEADS, S, D], pl.FP32],
    v: pl.Tensor[[HEADS, S, D], pl.FP32],
    decay: pl.Tensor[[HEADS, CH, CH], pl.FP32],      # gamma^(i-j) for i >= j
    q_decay: pl.Tensor[[HEADS, CH, 1], pl.FP32],     # gamma^(i+1)
    k_decay: pl.Tensor[[HEADS, CH, 1], pl.FP32],     # gamma^(CH-1-j)
    chunk_decay: pl.Tensor[[HEADS], pl.FP32],        # gamma^CH
    out: pl.Out[pl.Tensor[[HEADS, S, D], pl.FP32]],
    state: pl.Out[pl.Tensor[[HEADS, D, D], pl.FP32]],
):
    s_len = pl.tensor.dim(q, 1)
    assert s_len % CH == 0, "the sequence is a whole number of chunks"
    for h in pl.parallel(HEADS):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="retention"):
            st = pl.full([D, D], dtype=pl.FP32, value=0.0)
            mask = decay[h, :, :]
            qd = q_decay[h, :, :]
            kd = k_decay[h, :, :]
            cd = chunk_decay[h]
            for i0, (st,) in pl.range(0, s_len, CH, init_values=(st,)):
                qc = q[h, i0 : i0 + CH, :]
                kc = k[h, i0 : i0 + CH, :]
                vc = v[h, i0 : i0 + CH, :]
                inner = pl.matmul(pl.mul(pl.matmul(qc, kc, b_trans=True), mask), vc)
                cross = pl.matmul(pl.row_expand_mul(qc, qd), st)
                out[h, i0 : i0 + CH, :] = inner + cross
                upd = pl.matmul(pl.row_expand_mul(kc, kd), vc, a_trans=True)
                st = pl.yield_(st * cd + upd)
            state[h, :, :] = st


def _tables():
    i = torch.arange(CH).float()
    g = torch.tensor(GAMMA)
    diff = i[:, None] - i[None, :]
    low = torch.tril(torch.ones(CH, CH))
    return (
        torch.stack([(x ** diff.clamp(min=0)) * low for x in g]),
        torch.stack([x ** (i + 1) for x in g]).unsqueeze(-1),
        torch.stack([x ** (CH - 1 - i) for x in g]).unsqueeze(-1),
        g ** CH,
    )


def build_tensor_specs(s=64):
    dec, qd, kd, cd = _tables()
    f = torch.float32
    return [
        *[TensorSpec(n, [HEADS, s, D], f, init_value=torch.randn) for n in "qkv"],
        TensorSpec("decay", list(dec.shape), f, init_value=dec),
        TensorSpec("q_decay", list(qd.shape), f, init_value=qd),
        TensorSpec("k_decay", list(kd.shape), f, init_value=kd),
        TensorSpec("chunk_decay", [HEADS], f, init_value=cd),
        TensorSpec("out", [HEADS, s, D], f, is_output=True),
        TensorSpec("state", [HEADS, D, D], f, is_output=True),
    ]


def golden_retention(t):
    for h, g in enumerate(GAMMA):
        st = torch.zeros(D, D)
        for i in range(t["q"].shape[1]):
            st = st * g + torch.outer(t["k"][h, i], t["v"][h, i])
            t["out"][h, i] = t["q"][h, i] @ st
        t["state"][h] = st


if __name__ == "__main__":
    from golden import run_jit
    r = run_jit(fn=retention, specs=build_tensor_specs(), golden_fn=golden_retention, rtol=1e-3, atol=1e-3)
    raise SystemExit(0 if r.passed else 1)
