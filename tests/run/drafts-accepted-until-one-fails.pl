# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Speculative decoding verification: accept draft tokens while u < p/q, then sample the bonus by argmax of the residual."""
import pypto.language as pl
import torch
from golden import TensorSpec

B = pl.dynamic("B")
GAMMA = 4
V = 64


@pl.jit
def verify(
    draft: pl.Tensor[[B, GAMMA], pl.INT32],
    q: pl.Tensor[[B, GAMMA, V], pl.FP32],
    p: pl.Tensor[[B, GAMMA + 1, V], pl.FP32],
    u: pl.Tensor[[B, GAMMA], pl.FP32],
    n_ok: pl.Out[pl.Tensor[[B], pl.INT32]],
    out: pl.Out[pl.Tensor[[B, GAMMA + 1], pl.INT32]],
):
    for b in pl.parallel(pl.tensor.dim(draft, 0)):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="verify"):
            k = 0
            going = True
            while going and k < GAMMA:
                tok = pl.read(draft, [b, pl.min(k, GAMMA - 1)])
                pk = pl.read(p, [b, pl.min(k, GAMMA - 1), tok])
                qk = pl.read(q, [b, pl.min(k, GAMMA - 1), tok])
                if pl.read(u, [b, pl.min(k, GAMMA - 1)]) * qk <= pk:
                    pl.write(out, [b, k], tok)
                    k += 1
                else:
                    going = False
            pl.write(n_ok, [b], k)
            if k == GAMMA:
                best = pl.row_argmax(p[b : b + 1, GAMMA, :])
                pl.write(out, [b, GAMMA], pl.read(best, [0, 0]))
            else:
                rest = pl.maximum(p[b : b + 1, k, :] - q[b : b + 1, k, :], 0.0)
                best = pl.row_argmax(rest)
                pl.write(out, [b, k], pl.read(best, [0, 0]))
                for j in pl.range(k + 1, GAMMA + 1):
                    out[b, j] = -1


def build_tensor_specs(b=6):
    def probs(*shape):
        return lambda: torch.softmax(2 * torch.randn(*shape), dim=-1)
    return [
        TensorSpec("draft", [b, GAMMA], torch.int32, init_value=lambda: torch.randint(0, V, (b, GAMMA))),
        TensorSpec("q", [b, GAMMA, V], torch.float32, init_value=probs(b, GAMMA, V)),
        TensorSpec("p", [b, GAMMA + 1, V], torch.float32, init_value=probs(b, GAMMA + 1, V)),
        TensorSpec("u", [b, GAMMA], torch.float32, init_value=lambda: torch.rand(b, GAMMA) * 0.4),
        TensorSpec("n_ok", [b], torch.int32, is_output=True),
        TensorSpec("out", [b, GAMMA + 1], torch.int32, is_output=True),
    ]


def golden_verify(t):
    for b in range(t["draft"].shape[0]):
        row = []
        for k, tok in enumerate(t["draft"][b].tolist()):
            if not (t["u"][b, k] * t["q"][b, k, tok] <= t["p"][b, k, tok]):
                break
            row.append(tok)
        k = len(row)
        t["n_ok"][b] = k
        dist = t["p"][b, k] if k == GAMMA else (t["p"][b, k] - t["q"][b, k]).clamp(min=0)
        row.append(int(dist.argmax()))
        row += [-1] * (GAMMA + 1 - len(row))
        t["out"][b] = torch.tensor(row)
