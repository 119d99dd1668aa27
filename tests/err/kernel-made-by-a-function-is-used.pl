# exit: 1
import pypto.language as pl


def build(rows):
    @pl.jit
    def kernel(
        x: pl.Tensor[[rows, 8], pl.FP32], y: pl.Out[pl.Tensor[[rows, 8], pl.FP32]]
    ):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y = pl.assemble(y, pl.mul(x, 2.0), [0, 0])

    return kernel


doubled = build(4)
UNUSED = build  #~ warning[W0202]: unused constant `UNUSED`
