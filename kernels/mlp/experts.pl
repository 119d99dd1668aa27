"""Mixture of experts: every token goes through the TOP experts that its gate likes best.

Four steps. `route` scores the experts and picks the best, `weights` are the softmax over
those. Plain scalar code then sorts the tokens by expert: how many each one has, where
its rows begin, and which row is whose. `expert` gathers the rows of one expert, a tile
at a time, and puts them through its gated MLP: experts have as many tiles as they have
tokens. `combine` adds up what the experts of a token said.

    qwc run kernels/mlp/experts.pl --golden
    qwc run kernels/mlp/experts.pl --golden -- -t 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

TOKENS = pl.dynamic("TOKENS")
EXPERTS = 8
TOP = 2
HIDDEN = 128
INTER = 96
TILE = 16
LOWEST = -1.0e30

assert TOP <= EXPERTS, f"{TOP=} of {EXPERTS=}"


@pl.jit
def experts(
    x: pl.Tensor[[TOKENS, HIDDEN], pl.BF16],
    gate: pl.Tensor[[EXPERTS, HIDDEN], pl.BF16],
    w_gate: pl.Tensor[[EXPERTS, INTER, HIDDEN], pl.BF16],
    w_up: pl.Tensor[[EXPERTS, INTER, HIDDEN], pl.BF16],
    w_down: pl.Tensor[[EXPERTS, HIDDEN, INTER], pl.BF16],
    y: pl.Out[pl.Tensor[[TOKENS, HIDDEN], pl.BF16]],
):
    tokens = pl.tensor.dim(x, 0)
    chosen = pl.create_tensor([tokens, TOP], dtype=pl.INT32)
    weights = pl.create_tensor([tokens, TOP], dtype=pl.FP32)
    for t0 in pl.parallel(0, tokens, TILE):
        valid = pl.max(0, pl.min(TILE, tokens - t0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="route"):
            t = pl.slice(x, [TILE, HIDDEN], [t0, 0], valid_shape=[valid, HIDDEN])
            left = pl.fillpad(pl.matmul(t, gate[:, :], out_dtype=pl.FP32, b_trans=True))
            best = pl.row_max(left)
            number = pl.arange(0, [1, EXPERTS], dtype=pl.INT32)
            total = pl.full([TILE, 1], dtype=pl.FP32, value=0.0)
            scores = pl.full([TILE, TOP], dtype=pl.FP32, value=0.0)
            for j in pl.unroll(TOP):
                e = pl.row_argmax(left)
                score = pl.exp(pl.sub(pl.row_max(left), best))
                total = pl.add(total, score)
                scores = pl.assemble(scores, score, [0, j])
                chosen = pl.assemble(chosen, pl.set_validshape(e, valid, 1), [t0, j])
                taken = pl.cast(pl.cmp(pl.sub(number, e), 0, cmp_type="eq"), target_type=pl.FP32)
                left = pl.add(left, pl.mul(taken, LOWEST))
            shares = pl.row_expand_div(scores, total)
            weights = pl.assemble(weights, pl.set_validshape(shares, valid, TOP), [t0, 0])

    # rows sorted by expert: `first` of an expert, `row` of a token's choice, `token` of a row
    count = pl.create_tensor([EXPERTS], dtype=pl.INT32, init_value=0)
    first = pl.create_tensor([EXPERTS], dtype=pl.INT32)
    row = pl.create_tensor([tokens, TOP], dtype=pl.INT32)
    token = pl.create_tensor([tokens * TOP], dtype=pl.INT32)
    for t in pl.range(tokens):
        for j in pl.range(TOP):
            e = chosen[t, j]
            row[t, j] = count[e]
            count[e] = count[e] + 1
    rows = 0
    for e in pl.range(EXPERTS):
        first[e] = rows
        rows = rows + count[e]
    for t in pl.range(tokens):
        for j in pl.range(TOP):
            r = first[chosen[t, j]] + row[t, j]
            row[t, j] = r
            token[r] = t

    said = pl.create_tensor([tokens * TOP, HIDDEN], dtype=pl.FP32)
    for e in pl.parallel(EXPERTS):
        for i0 in pl.range(0, count[e], TILE):
            r0 = first[e] + i0
            valid = pl.max(0, pl.min(TILE, count[e] - i0))
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="expert"):
                t = pl.create_tensor([TILE, HIDDEN], dtype=pl.BF16)
                for i in pl.range(valid):
                    at = token[r0 + i]
                    t = pl.assemble(t, x[at : at + 1, :], [i, 0])
                g = pl.matmul(t, w_gate[e], out_dtype=pl.FP32, b_trans=True)
                u = pl.matmul(t, w_up[e], out_dtype=pl.FP32, b_trans=True)
                h = pl.mul(pl.mul(g, pl.recip(pl.add(pl.exp(pl.neg(g)), 1.0))), u)
                z = pl.matmul(pl.cast(h, target_type=pl.BF16), w_down[e], out_dtype=pl.FP32, b_trans=True)
                said = pl.assemble(said, pl.set_validshape(z, valid, HIDDEN), [r0, 0])

    for t in pl.parallel(tokens):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="combine"):
            z = pl.full([1, HIDDEN], dtype=pl.FP32, value=0.0)
            for j in pl.unroll(TOP):
                r = row[t, j]
                z = pl.add(z, pl.mul(said[r : r + 1, :], weights[t, j]))
            y = pl.assemble(y, pl.cast(z, target_type=pl.BF16), [t, 0])


def build_tensor_specs(tokens=77):
    def matrices(count, rows, cols):
        return lambda: torch.randn(count, rows, cols) / cols ** 0.5

    return [
        TensorSpec("x", [tokens, HIDDEN], torch.bfloat16, init_value=torch.randn),
        TensorSpec("gate", [EXPERTS, HIDDEN], torch.bfloat16,
                   init_value=lambda: torch.randn(EXPERTS, HIDDEN) / HIDDEN ** 0.5),
        TensorSpec("w_gate", [EXPERTS, INTER, HIDDEN], torch.bfloat16, init_value=matrices(EXPERTS, INTER, HIDDEN)),
        TensorSpec("w_up", [EXPERTS, INTER, HIDDEN], torch.bfloat16, init_value=matrices(EXPERTS, INTER, HIDDEN)),
        TensorSpec("w_down", [EXPERTS, HIDDEN, INTER], torch.bfloat16, init_value=matrices(EXPERTS, HIDDEN, INTER)),
        TensorSpec("y", [tokens, HIDDEN], torch.bfloat16, is_output=True),
    ]


def golden_experts(tensors):
    x = tensors["x"].float()
    best = torch.topk(x @ tensors["gate"].float().T, TOP, dim=-1)
    weights = torch.softmax(best.values, dim=-1)
    y = torch.zeros(x.shape)
    for e in range(EXPERTS):
        g = x @ tensors["w_gate"][e].float().T
        h = g * torch.sigmoid(g) * (x @ tensors["w_up"][e].float().T)
        share = (weights * (best.indices == e).float()).sum(dim=-1, keepdim=True)
        y += h @ tensors["w_down"][e].float().T * share
    tensors["y"][:] = y


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="mixture of experts")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-t", "--tokens", type=int, default=77, help="tokens of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=experts,
        specs=build_tensor_specs(args.tokens),
        golden_fn=golden_experts,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=2e-2,
        atol=2e-2,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
