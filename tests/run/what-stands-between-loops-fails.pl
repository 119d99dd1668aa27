"""E0910: A check between two loops fails in its iteration, also where the inner loop runs no iteration."""
# exit: 5
# run: --no-golden --threads=1
# run: --no-golden --threads=7
# run: --no-golden --threads=2 --passes=none
# run: --no-golden --threads=7 -- 2
import pypto.language as pl
import torch
import sys
from golden import TensorSpec, run_jit

M = pl.dynamic("M")


@pl.jit
def k(lens: pl.Tensor[[6], pl.INT32], x: pl.Tensor[[6, M], pl.FP32], y: pl.Out[pl.Tensor[[6, M], pl.FP32]]):
    for b in pl.parallel(6):
        n = pl.read(lens, [b])
        assert n < 3, "too long"
        for i in pl.parallel(pl.tensor.dim(x, 1)):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="one"):
                y = pl.assemble(y, pl.slice(x, [1, 1], [b, i]), [b, i])


def specs(cols):
    return [TensorSpec("lens", [6], torch.int32, init_value=torch.arange(6)),
            TensorSpec("x", [6, cols], torch.float32, init_value=1.0),
            TensorSpec("y", [6, cols], torch.float32, is_output=True)]


if __name__ == "__main__":
    r = run_jit(fn=k, specs=specs(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    raise SystemExit(0 if r.passed else 1)
