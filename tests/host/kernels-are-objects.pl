# python: no, the expectation is written by hand
import pypto.language as pl


def build(n):
    @pl.program
    class Program:
        """Copies."""

        @pl.function(type=pl.FunctionType.Opaque)
        def run(self, x: pl.Tensor[[n, n], pl.FP32], y: pl.Out[pl.Tensor[[n, n], pl.FP32]]):
            y = self.step(x, y)

        @pl.function(type=pl.FunctionType.InCore)
        def step(self, x: pl.Tensor[[n, n], pl.FP32], y: pl.Tensor[[n, n], pl.FP32]):
            y = pl.assemble(y, x, [0, 0])
            return y

    return Program


@pl.jit(auto_scope=False, name="renamed")
def kernel(x: pl.Tensor[[4, 4], pl.FP32]):
    """Does nothing."""
    pass


if __name__ == "__main__":
    print(kernel, kernel.__name__, kernel.__doc__, build(4), build(2).__name__, callable(kernel))
