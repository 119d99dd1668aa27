"""The next task begins with a loop of no iteration, so nothing is said of its product."""
import pypto.language as pl

M = pl.dynamic("M")


@pl.jit
def solve(
    l: pl.Tensor[[64, 64], pl.FP32],
    b: pl.Tensor[[M, 64], pl.FP32],
    x: pl.Out[pl.Tensor[[M, 64], pl.FP32]],
):
    for m0 in pl.parallel(0, pl.tensor.dim(b, 0), 16):
        rows = pl.min(16, pl.tensor.dim(b, 0) - m0)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="solve"):
            for j in pl.range(0, 64, 16):
                r = pl.slice(b, [16, 16], [m0, j], valid_shape=[rows, 16])
                for k in pl.range(0, j, 16):
                    done = pl.slice(x, [16, 16], [m0, k], valid_shape=[rows, 16])
                    r = pl.sub(r, pl.matmul(done, l[j : j + 16, k : k + 16], b_trans=True))
                x = pl.assemble(x, r, [m0, j])
