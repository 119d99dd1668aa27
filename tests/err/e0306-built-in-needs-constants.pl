import math
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    n: pl.Scalar[pl.INT32],
    f: pl.Scalar[pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = float(n)  #~ error[E0306]: `float` is computed at compile time and needs constants  #~ help: `pl.cast(n, pl.FP32)`
        b = int(n)  #~ error[E0306]: `int`  #~ help: `n` is an integer already
        c = int(f)  #~ error[E0306]: `int`  #~ help: `pl.cast(f, pl.INT64)`, which rounds
        d = max(n, 4)  #~ error[E0306]: `max`  #~ help: `pl.max(n, 4)`
        e = abs(n)  #~ error[E0306]: `abs`  #~ help: `pl.max(n, -n)`
        g = len(x)  #~ error[E0306]: `len`  #~ help: `x.shape[0]`
        h = pow(x, 2)  #~ error[E0306]: `pow`  #~ help: `pl.mul(x, x)` for a square
        i = sum(x)  #~ error[E0306]: `sum`  #~ help: `pl.row_sum(x)`
        j = math.sqrt(f)  #~ error[E0306]: `math.sqrt` is computed at compile time
        k = float("one")  #~ error[E0311]: could not convert string to float: 'one'
        y = pl.assemble(y, x[:, :], [0, 0])
