# args: --rtol 0 --atol 0
"""@pl.jit.incore, @pl.jit.opaque, @pl.program with a helper method."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit.incore
def scale(x: pl.Tensor[[3, 8], pl.FP32], by: pl.Scalar[pl.FP32], y: pl.Out[pl.Tensor[[3, 8], pl.FP32]]):
    y = pl.assemble(y, pl.mul(x[:, :], by), [0, 0])
    return y


@pl.jit.opaque
def chain(x: pl.Tensor, y: pl.Tensor):
    for i in pl.range(2):
        y = scale(x, 2.0, y)
        x = y
    return y


@pl.program
class K:
    @pl.function(type=pl.FunctionType.Opaque)
    def k(self, x: pl.Tensor[[3, 8], pl.FP32], y: pl.Out[pl.Tensor[[3, 8], pl.FP32]], z: pl.Out[pl.Tensor[[3, 8], pl.FP32]]):
        y = chain(x, y)
        z = self.last(y, z)

    @pl.function
    def last(self, a: pl.Tensor[[3, 8], pl.FP32], b: pl.Tensor[[3, 8], pl.FP32]):
        with pl.incore():
            b = pl.assemble(b, pl.neg(a[:, :]), [0, 0])
        return b


if __name__ == "__main__":
    from golden import run

    def reference(t):
        t["y"][:] = t["x"] * 2.0 * 2.0
        t["z"][:] = -t["y"]

    result = run(K, [TensorSpec("x", [3, 8], torch.float32, init_value=torch.randn),
                     TensorSpec("y", [3, 8], torch.float32, is_output=True),
                     TensorSpec("z", [3, 8], torch.float32, is_output=True)], golden_fn=reference)
    if not result.passed:
        raise SystemExit(1)
