"""Only valid rows are computed and stored; fillpad writes the others."""
import pypto.language as pl

B = pl.dynamic("B")


@pl.jit
def padded_softmax(x: pl.Tensor[[B, 128], pl.FP32], y: pl.Out[pl.Tensor[[16, 128], pl.FP32]]):
    rows = pl.min(16, pl.tensor.dim(x, 0))
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="softmax"):
        t = pl.slice(x, [16, 128], [0, 0], valid_shape=[rows, 128])
        m = pl.row_max(t)
        e = pl.exp(pl.row_expand_sub(t, m))
        p = pl.row_expand_div(e, pl.row_sum(e))
        y = pl.assemble(y, pl.fillpad(p, pad_value=pl.PadValue.zero), [0, 0])
    return y
