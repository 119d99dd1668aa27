# exit: 1
import pypto.language as pl

D = pl.dynamic("D")


@pl.jit
def kernel(x: pl.Tensor[[D, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):  #~ warning[W0602]: only in part
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        for b in pl.range(0, pl.tensor.dim(x, 0), 16):
            t = pl.slice(x, [16, 64], [b, 0], clamp=True)
            u = pl.set_validshape(t, 6, 64)  #~ warning[W0402]: from pl.min(D - b, 16) to 6  #~ help: `pl.min(pl.min(D - b, 16), 6)`
            y = pl.assemble(y, u, [0, 0])
