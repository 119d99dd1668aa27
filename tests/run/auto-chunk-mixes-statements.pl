"""Between chunked loops: buffers of the region, scalars, ifs, unchunked loops around chunked ones, sums carried by
parallel loops that C does not divide, down and with steps; scalars that leave their loop."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec

C = 4
POLICY = "guarded"


@pl.jit
def k(x: pl.Tensor[[40, 8], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.InOut[pl.Tensor[[40, 8], pl.FP32]],
      z: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="mix", optimizations=[pl.auto_chunk]):
        tmp = pl.create_tensor([40, 8], dtype=pl.FP32)
        last = 0
        for i in pl.parallel(n - 1, -1, -1, chunk=C, chunk_policy=POLICY):
            tmp[i : i + 1, :] = pl.mul(x[i : i + 1, :], 2.0)
        acc = pl.full([1, 8], dtype=pl.FP32, value=0.0)
        for i in pl.parallel(0, n, chunk=C, chunk_policy=POLICY):
            acc = pl.add(acc, tmp[i : i + 1, :])
            last = i
        z[0:1, :] = acc
        if n > 3:
            for i in pl.parallel(1, n, 3, chunk=C, chunk_policy=POLICY):
                y[i : i + 1, :] = pl.add(tmp[i : i + 1, :], acc)
        else:
            y[0:1, :] = acc
        for r in pl.range(3):
            inner = pl.create_tensor([40, 8], dtype=pl.FP32)
            for i in pl.parallel(r, n, chunk=C, chunk_policy=POLICY):
                for j in pl.parallel(0, 8, 4, chunk=1, chunk_policy=POLICY):
                    inner[i : i + 1, j : j + 4] = pl.mul(x[i : i + 1, j : j + 4], pl.cast(r, pl.FP32))
            for i in pl.range(n, r, -2, chunk=C, chunk_policy=POLICY):
                acc = pl.maximum(pl.mul(acc, 0.5), inner[i - 1 : i, :])
            z[1 + r : 2 + r, :] = pl.add(acc, pl.cast(last, pl.FP32))


def build_specs(n=11):
    return [TensorSpec("x", [40, 8], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, n),
            TensorSpec("y", [40, 8], torch.float32, init_value=torch.randn, is_output=True),
            TensorSpec("z", [4, 8], torch.float32, is_output=True)]


# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=0
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=1 -D POLICY="'leading_full'"
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=2 -D C=1
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=4 -D POLICY="'leading_full'" --threads 1
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=11 --threads 7
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=11 -D POLICY="'leading_full'" --parallel off
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=12 -D C=5 --parallel proven
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=39 -D C=7 --parallel trust -D POLICY="'leading_full'"
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=40 -D C=50 --passes none
# run: --golden=interp --rtol 0 --atol 0 --spec-arg n=40 -D C=3 --engine cc
