import pypto.language as pl


@pl.jit
def kernel(x: pl.Tensor[[8, 16], pl.FP32], y: pl.Out[pl.Tensor[[2, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        rows = []
        for i in pl.unroll(4):
            rows.append(x[2 * i : 2 * i + 2, :])  #~ error[E0311]: an empty list has no attribute `append`  #~ help: `rows = rows + [...]`
        y[:, :] = rows[0]  #~ error[E0414]: index 0 of an empty list
