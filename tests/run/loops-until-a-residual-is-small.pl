# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
"""Newton iteration for x = a ** (1/3) on scalars with a while loop, and the same vectorised with a residual test."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = 24
MAX_IT = 60
TOL = 1e-6


@pl.jit
def cbrt(a: pl.Tensor[[1, N], pl.FP32], x: pl.Out[pl.Tensor[[1, N], pl.FP32]], v: pl.Out[pl.Tensor[[1, N], pl.FP32]],
         its: pl.Out[pl.Tensor[[N], pl.INT32]]):
    for i in pl.parallel(N):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="scalar_newton"):
            ai = pl.read(a, [0, i])
            xi = pl.max(ai, 1.0)
            n = 0
            err = 1.0
            while err > TOL and n < MAX_IT:
                step = (xi - ai / (xi * xi)) / 3.0
                xi = xi - step
                err = pl.max(step, -step) / xi
                n += 1
            pl.write(x, [0, i], xi)
            pl.write(its, [i], n)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="vector_newton"):
        at = a[:, :]
        xt = pl.maximum(at, 1.0)
        res = 1.0
        k = 0
        for (xt, res, k) in pl.while_(init_values=(xt, res, k)):
            pl.cond(res > TOL and k < MAX_IT)
            st = pl.div(pl.sub(xt, pl.div(at, pl.mul(xt, xt))), 3.0)
            nx = pl.sub(xt, st)
            rr = pl.read(pl.row_max(pl.div(pl.abs(st), nx)), [0, 0])
            xt, res, k = pl.yield_(nx, rr, k + 1)
        v = pl.assemble(v, xt, [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("a", [1, N], torch.float32, init_value=lambda: torch.linspace(0.01, 900, N).unsqueeze(0)),
        TensorSpec("x", [1, N], torch.float32, is_output=True),
        TensorSpec("v", [1, N], torch.float32, is_output=True),
        TensorSpec("its", [N], torch.int32, is_output=True),
    ]


def golden_cbrt(t):
    t["x"][:] = t["a"] ** (1 / 3)
    t["v"][:] = t["a"].pow(1.0 / 3.0)
    t["its"][:] = -1


def sane(actual, _expected, **_kw):
    return bool(((actual > 0) & (actual < MAX_IT)).all()), "iteration counts %s" % actual.tolist()


if __name__ == "__main__":
    from golden import run_jit
    r = run_jit(fn=cbrt, specs=build_tensor_specs(), golden_fn=golden_cbrt, rtol=1e-5, atol=1e-6, compare_fn={"its": sane})
    assert r.passed, r.error
