# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --steps 3
"""AdamW on a flat parameter buffer, several steps of one kernel by one driver: states are fed back by the driver through closures."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec, run_jit

N = pl.dynamic("N")
BLK = 32
LR, B1, B2, EPS, WD = 1e-2, 0.9, 0.999, 1e-8, 0.1


@pl.jit
def adamw(p: pl.InOut[pl.Tensor[[1, N], pl.FP32]], p16: pl.Out[pl.Tensor[[1, N], pl.BF16]], g: pl.Tensor[[1, N], pl.BF16],
          m: pl.InOut[pl.Tensor[[1, N], pl.FP32]], v: pl.InOut[pl.Tensor[[1, N], pl.FP32]], bc1: pl.Scalar[pl.FP32], bc2: pl.Scalar[pl.FP32]):
    n = pl.tensor.dim(p, 1)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="adamw", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(0, n, BLK, chunk=2, chunk_policy="leading_full"):
            k = pl.min(BLK, n - i)
            gt = pl.cast(pl.slice(g, [1, BLK], [0, i], valid_shape=[1, k]), pl.FP32)
            mt = pl.slice(m, [1, BLK], [0, i], valid_shape=[1, k]) * B1 + gt * (1.0 - B1)
            vt = pl.slice(v, [1, BLK], [0, i], valid_shape=[1, k]) * B2 + gt * gt * (1.0 - B2)
            pt = pl.slice(p, [1, BLK], [0, i], valid_shape=[1, k])
            upd = (mt / bc1) / (pl.sqrt(vt / bc2) + EPS) + pt * WD
            pt = pt - upd * LR
            p = pl.assemble(p, pt, [0, i])
            p16 = pl.assemble(p16, pl.cast(pt, pl.BF16), [0, i])
            m = pl.assemble(m, mt, [0, i])
            v = pl.assemble(v, vt, [0, i])


def golden(t):
    g = t["g"].double()
    m = t["m"].double() * B1 + g * (1 - B1)
    v = t["v"].double() * B2 + g * g * (1 - B2)
    p = t["p"].double()
    p = p - LR * ((m / t["bc1"]) / ((v / t["bc2"]).sqrt() + EPS) + WD * p)
    t["p"][:] = p
    t["m"][:] = m
    t["v"][:] = v
    return {"p16": p.float().bfloat16()}


def one_step(n, step, state):
    captured = {}

    def capture(name):
        def cmp(actual, expected, *, rtol, atol, **_rest):
            captured[name] = actual.clone()
            ok = torch.allclose(actual.float(), expected.float(), rtol=1e-2 if name == "p16" else rtol, atol=atol)
            return ok, f"{name}: worst {float((actual.float() - expected.float()).abs().max()):.3g}"
        cmp.__name__ = f"capture_{name}"
        return cmp

    specs = [TensorSpec("p", [1, n], torch.float32, init_value=state["p"], is_output=True),
             TensorSpec("p16", [1, n], torch.bfloat16, is_output=True),
             TensorSpec("g", [1, n], torch.bfloat16, init_value=torch.randn),
             TensorSpec("m", [1, n], torch.float32, init_value=state["m"], is_output=True),
             TensorSpec("v", [1, n], torch.float32, init_value=state["v"], is_output=True),
             ScalarSpec("bc1", torch.float32, 1 - B1 ** step), ScalarSpec("bc2", torch.float32, 1 - B2 ** step)]
    names = [s.name for s in specs if getattr(s, "is_output", False)]
    r = run_jit(adamw, specs, golden_fn=golden, rtol=1e-5, atol=1e-6, compare_fn={k: capture(k) for k in names})
    return r, captured


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=1)
    ap.add_argument("-n", type=int, default=150)
    a = ap.parse_args()
    state = {"p": torch.randn(1, a.n), "m": 0, "v": 0}
    for step in range(1, a.steps + 1):
        result, got = one_step(a.n, step, state)
        if not result.passed:
            raise SystemExit(f"step {step}: {result.error}")
        before = state["p"]
        state = {k: v for k, v in got.items() if k != "p16"}
        assert not torch.equal(before, state["p"])
        print(f"step {step}: |p| = {state['p'].norm().item():.4f}")
