"""An inner loop carries a tensor: the buffers it takes in turn go back with each outer iteration."""
import pypto.language as pl


@pl.jit
def layers(
    x: pl.Tensor[[8, 1024], pl.FP32],
    z: pl.Tensor[[1, 1024], pl.FP32],
    y: pl.Out[pl.Tensor[[100, 1024], pl.FP32]],
):
    for i in pl.range(100):
        now = z
        for j in pl.range(8):
            after = pl.create_tensor([1, 1024], dtype=pl.FP32)
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="step"):
                after = pl.assemble(after, pl.add(x[j : j + 1, :], now[0:1, :]), [0, 0])
            now = after
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"):
            y = pl.assemble(y, now[0:1, :], [i, 0])
    return y
