"""pl.max and pl.min of constants give what they give of run-time scalars: NaN
wins, +0 is above -0."""
# run: --golden
# run: --golden --engine=interp
import math

import pypto.language as pl
import torch
from golden import TensorSpec

V = [(math.nan, 1.0), (1.0, math.nan), (0.0, -0.0), (-0.0, 0.0), (math.inf, math.nan), (2.0, 3.0), (0, -0.0)]
N = len(V)


@pl.jit
def k(
    x: pl.Tensor[[N, 2], pl.FP32],
    const: pl.Out[pl.Tensor[[N, 2], pl.FP32]],
    run: pl.Out[pl.Tensor[[N, 2], pl.FP32]],
):
    for i in pl.unroll(N):
        pl.write(const, [i, 0], 1.0 / pl.cast(pl.max(V[i][0], V[i][1]), pl.FP32))
        pl.write(const, [i, 1], 1.0 / pl.cast(pl.min(V[i][0], V[i][1]), pl.FP32))
    for i in pl.range(N):
        pl.write(run, [i, 0], 1.0 / pl.max(pl.read(x, [i, 0]), pl.read(x, [i, 1])))
        pl.write(run, [i, 1], 1.0 / pl.min(pl.read(x, [i, 0]), pl.read(x, [i, 1])))


def same(actual, expected, **_kw):
    ok = torch.isclose(actual, expected, equal_nan=True).all()
    return bool(ok), str(actual.tolist())


def build_specs():
    return [TensorSpec("x", [N, 2], torch.float32, init_value=torch.tensor(V, dtype=torch.float32)),
            TensorSpec("const", [N, 2], torch.float32, is_output=True),
            TensorSpec("run", [N, 2], torch.float32, is_output=True)]


def golden_k(t):
    nan, inf = math.nan, math.inf
    want = torch.tensor([[nan, nan], [nan, nan], [inf, -inf], [inf, -inf], [nan, nan], [1 / 3, 0.5], [inf, -inf]])
    t["const"][:] = want
    t["run"][:] = want


if __name__ == "__main__":
    from golden import run_jit

    result = run_jit(fn=k, specs=build_specs(), golden_fn=golden_k, compare_fn={"const": same, "run": same})
    if not result.passed:
        raise SystemExit(1)
