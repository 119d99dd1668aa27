# exit: 1
import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[64, 64], pl.FP32],
    ends: pl.Tensor[[4], pl.INT32],
    whole: pl.Out[pl.Tensor[[64, 64], pl.FP32]],
    lower: pl.Out[pl.Tensor[[64, 64], pl.FP32]],  #~ warning[W0602]: the output `lower` is written only in part: `lower[0:16, 16:64]` is never stored
    rows: pl.Out[pl.Tensor[[64, 64], pl.FP32]],  #~ warning[W0602]: the output `rows` is written only in part: `rows[60:64, 0:64]` is never stored
    unknown: pl.Out[pl.Tensor[[64, 64], pl.FP32]],
):
    for b in pl.parallel(16):
        r = b // 4 * 16
        c = b % 4 * 16
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            t = pl.exp(x[r : r + 16, c : c + 16])
            whole = pl.assemble(whole, t, [r, c])
            if c <= r:
                lower = pl.assemble(lower, t, [r, c])
            if pl.read(x, [0, b]) > 0.0:
                rows = pl.assemble(rows, pl.set_validshape(t, pl.min(16, 60 - r), 16), [r, c])
    view = unknown[0:32, :]
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="u"):
        for i in pl.range(pl.read(ends, [0])):
            unknown = pl.assemble(unknown, x[i : i + 1, :], [i, 0])
        view = pl.assemble(view, x[0:32, :], [pl.read(ends, [1]), 0])
