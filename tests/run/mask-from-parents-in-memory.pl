# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --tree 0 0 1 1 2 --ctx 9
"""Speculative tree attention: a mask from parent pointers built in the kernel (INT32 ancestor bits), context fully visible, exact softmax over concat of two score tiles."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

NT = 8          # tree nodes, padded
CT = 16
D = 16
C = pl.dynamic("C")


@pl.jit
def tree(q: pl.Tensor[[NT, D], pl.FP32], kt: pl.Tensor[[NT, D], pl.FP32], vt: pl.Tensor[[NT, D], pl.FP32], kc: pl.Tensor[[C, D], pl.FP32], vc: pl.Tensor[[C, D], pl.FP32],
         parent: pl.Tensor[[NT], pl.INT32], mask: pl.Out[pl.Tensor[[NT, NT], pl.FP32]], out: pl.Out[pl.Tensor[[NT, D], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="mask"):
        for i in pl.range(NT):
            row = pl.full([1, NT], dtype=pl.FP32, value=0.0)
            j = i + 0
            while j >= 0:
                pl.write(row, [0, j], 1.0)
                j = pl.read(parent, [j])
            mask[i : i + 1, :] = row
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="attn"):
        n = pl.tensor.dim(kc, 0)
        qs = q[:, :] * (D ** -0.5)
        st = pl.matmul(qs, kt[:, :], b_trans=True)
        m = mask[:, :]
        st = st * m + (m - 1.0) * 1e9
        ck = pl.slice(kc, [CT, D], [0, 0], valid_shape=[n, D])
        sc = pl.fillpad(pl.matmul(qs, ck, b_trans=True), pad_value=pl.PadValue.min)
        s = pl.concat(st, sc)
        e = pl.exp(pl.row_expand_sub(s, pl.row_max(s)))
        p = pl.row_expand_div(e, pl.row_sum(e))
        cv = pl.fillpad(pl.slice(vc, [CT, D], [0, 0], valid_shape=[n, D]))
        o = pl.matmul(p[:, 0:NT], vt[:, :])
        out[:, :] = pl.matmul_acc(o, p[:, NT : NT + CT], cv)


def golden(t):
    par = t["parent"].tolist()
    m = torch.eye(NT)
    for i in range(NT):
        if par[i] >= 0:
            m[i] = torch.maximum(m[i], m[par[i]])
    t["mask"][:] = m
    k = torch.cat((t["kt"], t["kc"])).double()
    v = torch.cat((t["vt"], t["vc"])).double()
    s = t["q"].double() @ k.T / D ** 0.5
    s[:, :NT] = s[:, :NT].masked_fill(m == 0, float("-inf"))
    t["out"][:] = torch.softmax(s, -1) @ v


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--tree", type=int, nargs="+", default=[0, 1, 1, 2, 3, 3, 0], help="parents of nodes 1..")
    ap.add_argument("--ctx", type=int, default=16, choices=range(0, CT + 1), metavar="0..16")
    a = ap.parse_args()
    par = ([-1] + a.tree + [0] * NT)[:NT]
    sp = [TensorSpec(n, [NT, D], torch.float32, init_value=torch.randn) for n in ("q", "kt", "vt")] + [TensorSpec(n, [a.ctx, D], torch.float32, init_value=torch.randn) for n in ("kc", "vc")]
    sp += [TensorSpec("parent", [NT], torch.int32, init_value=torch.tensor(par)), TensorSpec("mask", [NT, NT], torch.float32, is_output=True), TensorSpec("out", [NT, D], torch.float32, is_output=True)]
    assert run_jit(tree, sp, golden_fn=golden, rtol=1e-4, atol=1e-5).passed
