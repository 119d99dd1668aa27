# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
"""dtype round trips: every pair of casts through a middle type, saturation at the ends, rounding modes by name and by number."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

W = 24
VIA = [("i8", pl.INT8, torch.int8), ("u8", pl.UINT8, torch.uint8), ("i16", pl.INT16, torch.int16), ("i32", pl.INT32, torch.int32), ("f16", pl.FP16, torch.float16), ("bf16", pl.BF16, torch.bfloat16)]


def build(dt):
    @pl.jit
    def trip(x: pl.Tensor[[4, W], pl.FP32], mid: pl.Out[pl.Tensor[[4, W], dt], ], back: pl.Out[pl.Tensor[[4, W], pl.FP32]]):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="trip"):
            m = pl.cast(x[:, :], target_type=dt)
            mid[:, :] = m
            back[:, :] = pl.cast(m, target_type=pl.FP32)
    return trip


@pl.jit
def modes(x: pl.Tensor[[4, W], pl.FP32], y: pl.Out[pl.Tensor[[4, 4 * W], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="modes"):
        t = x[:, :]
        y[:, 0:W] = pl.cast(t, pl.INT32, mode="rint")
        y[:, W : 2 * W] = pl.cast(t, pl.INT32, mode=3)
        y[:, 2 * W : 3 * W] = pl.cast(t, pl.INT32, mode="ceil")
        y[:, 3 * W : 4 * W] = pl.cast(t, target_type=pl.INT32, mode=5)


def sample():
    return torch.cat([torch.randn(3, W) * 100, torch.tensor([[0.5, -0.5, 1.5, 2.5, -2.5, 127.5, 128.0, -128.5, 255.5, 256.0, -1.0, 1e10, -1e10, 3.4e38, 65504.0, 65520.0, 1e-8, float("inf"), -float("inf"),
                                                                           6e-8, 0.1, -0.0, 0.0, 32767.5]])])


def half_away(x):
    return torch.sign(x) * torch.floor(x.abs() + 0.5)


def golden_trip(t):
    x, dt = t["x"].double(), t["mid"].dtype
    if dt.is_floating_point:
        m = t["x"].to(dt)
    else:
        info = torch.iinfo(dt)
        m = half_away(x).clamp(info.min, info.max).to(dt)
    t["mid"][:] = m
    t["back"][:] = m.float()


def golden_modes(t):
    x = t["x"].double()
    lim = torch.iinfo(torch.int32)
    parts = [f(x).clamp(lim.min, lim.max) for f in (torch.round, torch.floor, torch.ceil, torch.trunc)]
    t["y"][:] = torch.cat(parts, dim=1).to(torch.int32)


if __name__ == "__main__":
    argparse.ArgumentParser().parse_args()
    bad = []
    for name, dt, tdt in VIA:
        r = run_jit(build(dt), [TensorSpec("x", [4, W], torch.float32, init_value=sample), TensorSpec("mid", [4, W], tdt, is_output=True), TensorSpec("back", [4, W], torch.float32, is_output=True)],
                    golden_fn=golden_trip, rtol=0, atol=0)
        bad += [] if r.passed else [name]
    r = run_jit(modes, [TensorSpec("x", [4, W], torch.float32, init_value=sample), TensorSpec("y", [4, 4 * W], torch.int32, is_output=True)], golden_fn=golden_modes)
    bad += ["modes"] * (not r.passed)
    if bad:
        raise SystemExit("wrong: " + ", ".join(bad))
