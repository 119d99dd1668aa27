# args: --rtol 0 --atol 0
"""A builder's locals are constants of the kernel; two instances, two kernels; a frozen dataclass."""
import pypto.language as pl
import torch
from dataclasses import dataclass
from golden import TensorSpec, run_jit


@dataclass(frozen=True)
class Shape:
    rows: int
    cols: int = 6

    @property
    def size(self) -> int:
        return self.rows * self.cols


def build(s, factors):
    count = len(factors)

    @pl.jit
    def k(x: pl.Tensor[[s.rows, s.cols], pl.FP32], y: pl.Out[pl.Tensor[[s.size], pl.FP32]]):
        with pl.at(level=pl.Level.CORE_GROUP):
            t = x[:, :]
            for i in pl.unroll(count):
                t = pl.mul(t, factors[i])
            y[:] = pl.reshape(t, [s.size])
    return k


def main():
    for s, factors in ((Shape(3), [2.0]), (Shape(2, 9), [3.0, 0.5, -1.0])):
        def golden(t):
            x = t["x"]
            for f in factors:
                x = x * f
            t["y"][:] = x.flatten()

        specs = [TensorSpec("x", [s.rows, s.cols], torch.float32, init_value=torch.randn),
                 TensorSpec("y", [s.size], torch.float32, is_output=True)]
        assert run_jit(build(s, factors), specs, golden_fn=golden, rtol=0.0, atol=0.0).passed


if __name__ == "__main__":
    main()
