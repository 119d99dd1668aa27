"""A chain of elementwise operations needs one buffer; names come from the source."""
import pypto.language as pl


@pl.jit
def gate(x: pl.Tensor[[64, 128], pl.FP32], y: pl.Out[pl.Tensor[[64, 128], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="gate"):
        t = x[0:64, 0:128]
        sigmoid = pl.recip(pl.add(pl.exp(pl.neg(t)), 1.0))
        y = pl.assemble(y, pl.mul(t, sigmoid), [0, 0])
    return y
