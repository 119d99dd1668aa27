# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""[B, S, H, D] -> [B, H, S, D] and back, and a 2-D transpose by tiles."""
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

B, S, H, D = 2, 24, 4, 16
TS = 8


@pl.jit
def bshd_to_bhsd(x: pl.Tensor[[B, S, H, D], pl.FP16], y: pl.Out[pl.Tensor[[B, H, S, D], pl.FP16]]):
    for b in pl.parallel(B):
        for h in pl.parallel(H):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="permute"):
                y[b, h, :, :] = x[b, :, h, :]


@pl.jit
def view_transpose(x: pl.Tensor[[B, S, H, D], pl.FP16], y: pl.Out[pl.Tensor[[B, H, S, D], pl.FP16]]):
    xt = pl.transpose(x, 1, 2)
    for b in pl.parallel(B):
        for s0 in pl.parallel(0, S, TS):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
                t = pl.slice(xt, [1, H, TS, D], [b, 0, s0, 0])
                y = pl.assemble(y, t, [b, 0, s0, 0])


@pl.jit
def tile_transpose(x: pl.Tensor[[B, S, H, D], pl.FP16], y: pl.Out[pl.Tensor[[B, H, S, D], pl.FP16]]):
    for b in pl.parallel(B):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="tile_t"):
            t = pl.transpose(x[b, :, :, :], axis1=0, axis2=1)
            y[b, :, :, :] = t


def build_tensor_specs():
    return [
        TensorSpec("x", [B, S, H, D], torch.float16, init_value=torch.randn),
        TensorSpec("y", [B, H, S, D], torch.float16, is_output=True),
    ]


def golden_permute(t):
    t["y"][:] = t["x"].permute(0, 2, 1, 3)


if __name__ == "__main__":
    failed = []
    for fn in (bshd_to_bhsd, view_transpose, tile_transpose):
        res = run_jit(fn=fn, specs=build_tensor_specs(), golden_fn=golden_permute, rtol=0, atol=0)
        if not res.passed:
            failed.append(res.error)
    if failed:
        raise SystemExit("\n".join(map(str, failed)))
