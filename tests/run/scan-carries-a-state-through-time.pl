# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Selective scan (Mamba S6), sequential in time, parallel over channel blocks. State is [channels, N]."""
import pypto.language as pl
import torch
from golden import TensorSpec

T = pl.dynamic("T")
D_INNER = 64
N_STATE = 16
DB = 32


@pl.jit
def selective_scan(
    u: pl.Tensor[[T, D_INNER], pl.FP32],
    delta: pl.Tensor[[T, D_INNER], pl.FP32],
    A: pl.Tensor[[D_INNER, N_STATE], pl.FP32],
    B: pl.Tensor[[T, N_STATE], pl.FP32],
    C: pl.Tensor[[T, N_STATE], pl.FP32],
    D: pl.Tensor[[1, D_INNER], pl.FP32],
    y: pl.Out[pl.Tensor[[T, D_INNER], pl.FP32]],
    last: pl.Out[pl.Tensor[[D_INNER, N_STATE], pl.FP32]],
):
    steps = pl.tensor.dim(u, 0)
    for d0 in pl.parallel(0, D_INNER, DB):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="scan"):
            a = A[d0 : d0 + DB, :]
            h = pl.full([DB, N_STATE], dtype=pl.FP32, value=0.0)
            for t, (h,) in pl.range(steps, init_values=(h,)):
                ut = pl.transpose(u[t : t + 1, d0 : d0 + DB], 0, 1)          # [DB, 1]
                dt = pl.transpose(delta[t : t + 1, d0 : d0 + DB], 0, 1)
                # softplus
                dt = pl.log(pl.exp(dt) + 1.0)
                decay = pl.exp(pl.row_expand_mul(a, dt))
                inp = pl.col_expand_mul(pl.row_expand(a, dt * ut), B[t : t + 1, :])
                h_new = decay * h + inp
                out = pl.row_sum(pl.col_expand_mul(h_new, C[t : t + 1, :]))
                row = pl.transpose(out, 0, 1) + u[t : t + 1, d0 : d0 + DB] * D[:, d0 : d0 + DB]
                y = pl.assemble(y, row, [t, d0])
                h = pl.yield_(h_new)
            last = pl.assemble(last, h, [d0, 0])


def build_tensor_specs(t=20):
    return [
        TensorSpec("u", [t, D_INNER], torch.float32, init_value=torch.randn),
        TensorSpec("delta", [t, D_INNER], torch.float32, init_value=torch.randn),
        TensorSpec("A", [D_INNER, N_STATE], torch.float32,
                   init_value=lambda: -(torch.arange(1, N_STATE + 1).float().unsqueeze(0).expand(D_INNER, -1))),
        TensorSpec("B", [t, N_STATE], torch.float32, init_value=torch.randn),
        TensorSpec("C", [t, N_STATE], torch.float32, init_value=torch.randn),
        TensorSpec("D", [1, D_INNER], torch.float32, init_value=torch.ones),
        TensorSpec("y", [t, D_INNER], torch.float32, is_output=True),
        TensorSpec("last", [D_INNER, N_STATE], torch.float32, is_output=True),
    ]


def golden_selective_scan(g):
    u, delta, A, B, C, D = (g[k] for k in ("u", "delta", "A", "B", "C", "D"))
    delta = torch.log1p(delta.exp())
    h = torch.zeros(D_INNER, N_STATE)
    ys = []
    for t in range(u.shape[0]):
        h = torch.exp(delta[t][:, None] * A) * h + (delta[t] * u[t])[:, None] * B[t][None, :]
        ys.append((h * C[t]).sum(-1) + D[0] * u[t])
    g["y"][:] = torch.stack(ys)
    g["last"][:] = h


if __name__ == "__main__":
    import argparse
    from golden import run_jit
    parser = argparse.ArgumentParser()
    parser.add_argument("-t", type=int, default=20, dest="steps")
    opts = parser.parse_args()
    result = run_jit(selective_scan, build_tensor_specs(opts.steps), golden_fn=golden_selective_scan, rtol=1e-4, atol=1e-4)
    raise SystemExit(not result.passed)
