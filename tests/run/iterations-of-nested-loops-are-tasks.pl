"""Loops in loops, with trip counts from inputs, a step, three deep: every iteration runs once, in its place."""
# run: --golden --threads=1
# run: --golden --threads=2
# run: --golden --threads=7
# run: --golden --threads=7 --passes=none
# run: --golden --engine=interp
# run: --no-golden -- 0
import pypto.language as pl
import torch
import sys
from golden import TensorSpec, run_jit

B = pl.dynamic("B")
M = pl.dynamic("M")


@pl.jit
def nests(lens: pl.Tensor[[B], pl.INT32], x: pl.Tensor[[B, M, 8], pl.FP32], y: pl.Out[pl.Tensor[[B, M, 8], pl.FP32]]):
    m = pl.tensor.dim(x, 1)
    for b in pl.parallel(pl.tensor.dim(x, 0)):
        n = pl.read(lens, [b])
        for i in pl.parallel(m - 1, -1, -1):
            at = pl.min(i + n, 100)
            for c in pl.parallel(0, 8, 2):
                with pl.at(level=pl.Level.CORE_GROUP, name_hint="pair"):
                    t = pl.slice(x, [1, 1, 2], [b, i, c])
                    f = pl.cast(at, pl.FP32)
                    y = pl.assemble(y, pl.add(t, f), [b, i, c])


def specs(rows):
    return [TensorSpec("lens", [rows], torch.int32, init_value=torch.arange(rows)),
            TensorSpec("x", [rows, 5, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [rows, 5, 8], torch.float32, is_output=True)]


def golden_nests(t):
    for b in range(t["x"].shape[0]):
        for i in range(5):
            t["y"][b, i] = t["x"][b, i] + float(min(i + b, 100))


if __name__ == "__main__":
    r = run_jit(fn=nests, specs=specs(int(sys.argv[1]) if len(sys.argv) > 1 else 3), golden_fn=golden_nests, rtol=0, atol=0)
    if not r.passed:
        raise SystemExit(1)
