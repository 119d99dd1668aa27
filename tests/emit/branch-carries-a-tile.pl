"""A tile assigned in both arms of a branch inside a loop stays in one buffer."""
import pypto.language as pl


@pl.jit
def accumulate(x: pl.Tensor[[8, 512], pl.FP32], y: pl.Out[pl.Tensor[[8, 128], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="accumulate"):
        acc = pl.full([8, 128], dtype=pl.FP32, value=0.0)
        for k in pl.range(4):
            part = x[:, k * 128 : k * 128 + 128]
            if k == 0:
                acc = pl.mul(part, 2.0)
            else:
                acc = pl.add(acc, part)
        y = pl.assemble(y, acc, [0, 0])
    return y
