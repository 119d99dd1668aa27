"""A `@pl.program` class: its method is the entry, others are spliced in."""
import pypto.language as pl


def build(n):
    @pl.program
    class Doubler:
        @pl.function(type=pl.FunctionType.Opaque)
        def main(self, x: pl.Tensor[[16, n], pl.FP32], y: pl.Out[pl.Tensor[[16, n], pl.FP32]]):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="double"):
                y = self.store(y, pl.add(x, x))
            return y

        @pl.function(type=pl.FunctionType.InCore)
        def store(self, y: pl.Tensor[[16, n], pl.FP32], t: pl.Tensor[[16, n], pl.FP32]):
            y = pl.assemble(y, t, [0, 0])
            return y

    return Doubler


def build_doubler_program():
    return build(32)
