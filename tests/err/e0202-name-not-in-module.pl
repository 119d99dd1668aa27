import _host_lib
import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[16, 64], pl.FP32], y: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.mul(x[:, :], _host_lib.ROW), [0, 0])  #~ error[E0202]: module `_host_lib` has no attribute `ROW`  #~ help: did you mean `ROWS`
