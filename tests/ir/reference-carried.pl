"""A tensor reference that changes from iteration to iteration is carried as a pointer."""
import pypto.language as pl


@pl.jit
def layers(x: pl.Tensor[[16, 64], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    current = x
    for _i in pl.range(n):
        nxt = pl.create_tensor([16, 64], dtype=pl.FP32)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="layer"):
            nxt = pl.assemble(nxt, pl.add(current, 1.0), [0, 0])
        current = nxt
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"):
        y = pl.assemble(y, current, [0, 0])
