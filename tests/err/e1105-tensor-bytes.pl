import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    t = pl.create_tensor([1048576, 1048576], dtype=pl.FP32)  #~ error[E1105]: tensor-bytes
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.add(x[:, :], t[0:16, 0:64]), [0, 0])
