# args: --limit ir-nodes=5000
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for i in pl.unroll(1000):
            for j in pl.unroll(1000):
                y = pl.assemble(y, pl.mul(x[:, :], i + j), [0, 0])  #~ error[E1108]: ir-nodes
