import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    v = pl.reshape(x[:, 0:32], [512])  #~ error[E0408]: has gaps between its rows
    w = pl.reshape(x, [1024])
    u = pl.reshape(x[:, 0:32], [1, 16, 1, 32])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.add(pl.reshape(w, [16, 64]), pl.reshape(pl.add(v, pl.reshape(u, [512])), [16, 32])), [0, 0])
