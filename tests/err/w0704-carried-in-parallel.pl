# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        total = pl.full([16, 64], dtype=pl.FP32, value=0.0)
        for i in pl.parallel(4):
            total = pl.add(total, pl.mul(x[:, :], i))  #~ warning[W0704]: `total` is carried from one parallel iteration to the next  #~ help: use `pl.range`
        y = pl.assemble(y, total, [0, 0])
