# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Mamba causal depthwise conv1d with SiLU, plus state update for the next call (in-out)."""
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

L = pl.dynamic("L")
CH = 64
WIDTH = 4
LT = 32


@pl.jit
def causal_conv1d(
    x: pl.Tensor[[L, CH], pl.FP32],
    weight: pl.Tensor[[WIDTH, CH], pl.FP32],
    bias: pl.Tensor[[1, CH], pl.FP32],
    state: pl.InOut[pl.Tensor[[WIDTH - 1, CH], pl.FP32]],
    y: pl.Out[pl.Tensor[[L, CH], pl.FP32]],
):
    n = pl.tensor.dim(x, 0)
    padded = pl.create_tensor([n + WIDTH - 1, CH], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="head"):
        padded = pl.assemble(padded, state[:, :], [0, 0])
    for l0 in pl.parallel(0, n, LT):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
            t = pl.slice(x, [LT, CH], [l0, 0], valid_shape=[pl.min(LT, n - l0), CH])
            padded = pl.assemble(padded, t, [l0 + WIDTH - 1, 0])
    for l0 in pl.parallel(0, n, LT):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="conv"):
            v = pl.min(LT, n - l0)
            acc = pl.col_expand(pl.create_tensor([LT, CH], dtype=pl.FP32), bias[:, :])
            acc = pl.set_validshape(acc, v, CH)
            for j in pl.unroll(WIDTH):
                win = pl.slice(padded, [LT, CH], [l0 + j, 0], valid_shape=[v, CH])
                acc = acc + pl.col_expand_mul(win, weight[j : j + 1, :])
            y[l0 : l0 + LT, :] = acc * pl.recip(pl.exp(-acc) + 1.0)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="tail"):
        last = pl.slice(padded, [WIDTH - 1, CH], [n, 0])
        state = pl.assemble(state, last, [0, 0])


def build_tensor_specs(n=45):
    return [
        TensorSpec("x", [n, CH], torch.float32, init_value=torch.randn),
        TensorSpec("weight", [WIDTH, CH], torch.float32, init_value=torch.randn),
        TensorSpec("bias", [1, CH], torch.float32, init_value=torch.randn),
        TensorSpec("state", [WIDTH - 1, CH], torch.float32, init_value=torch.randn, is_output=True),
        TensorSpec("y", [n, CH], torch.float32, is_output=True),
    ]


def golden_causal_conv1d(t):
    full = torch.cat([t["state"], t["x"]], dim=0)
    n = t["x"].shape[0]
    acc = t["bias"].repeat(n, 1)
    for j in range(WIDTH):
        acc += full[j : j + n] * t["weight"][j]
    t["y"][:] = torch.nn.functional.silu(acc)
    t["state"][:] = full[-(WIDTH - 1):]


if __name__ == "__main__":
    for n in (1, 2, 45, 64):
        r = run_jit(fn=causal_conv1d, specs=build_tensor_specs(n), golden_fn=golden_causal_conv1d, rtol=1e-4, atol=1e-5)
        if not r.passed:
            print(f"n={n}: {r.error}")
            raise SystemExit(1)
