# exit: 5
# run:
# run: --fusion=off
"""The second store is out of bounds, and so is the load after it: the store is reported."""
import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[64, 1024], pl.FP32], n: pl.Scalar[pl.INT64], y: pl.Out[pl.Tensor[[64, 1024], pl.FP32]],
      z: pl.Out[pl.Tensor[[64, 1024], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = pl.add(pl.exp(x[0:64, 0:1024]), 1.0)
        y = pl.assemble(y, t, [0, 0])
        z = pl.assemble(z, pl.add(pl.mul(t, t), 1.0), [n, 0])
        a = x[n : n + 64, 0:1024]
        y = pl.assemble(y, pl.add(pl.mul(a, a), t), [0, 0])


def build_specs():
    import torch
    from golden import ScalarSpec, TensorSpec
    return [TensorSpec("x", [64, 1024], torch.float32, init_value=torch.randn),
            ScalarSpec("n", torch.int64, 8),
            TensorSpec("y", [64, 1024], torch.float32, is_output=True),
            TensorSpec("z", [64, 1024], torch.float32, is_output=True)]
