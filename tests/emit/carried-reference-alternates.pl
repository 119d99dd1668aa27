"""A tensor created in a loop and carried to the next iteration: two buffers in turn."""
import pypto.language as pl

STEPS = pl.dynamic("STEPS")


@pl.jit
def steps(
    x: pl.Tensor[[16, 64], pl.FP32],
    bias: pl.Tensor[[STEPS, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    current = x
    for i in pl.range(pl.tensor.dim(bias, 0)):
        following = pl.create_tensor([16, 64], dtype=pl.FP32)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="step"):
            t = pl.add(current[0:16, 0:64], bias[i : i + 1, 0:64])
            following = pl.assemble(following, t, [0, 0])
        current = following
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="result"):
        y = pl.assemble(y, current[0:16, 0:64], [0, 0])
    return y
