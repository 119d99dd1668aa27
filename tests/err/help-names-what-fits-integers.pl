import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[4, 64], pl.INT32],
    v: pl.Tensor[[1, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[4, 64], pl.INT32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.full([4, 64], dtype=pl.INT8, value=2.0)  #~ error[E0308]: does not fit pl.INT8 elements  #~ help: write an integer, `2`
        b = pl.full([4, 64], dtype=pl.FP32, value=True)  #~ error[E0307]: must be a number, found the constant True
        c = x[:, :] // 3  #~ error[E0311]: `//` does not apply to tiles  #~ help: `pl.div(x[:, :], 3)`, which truncates toward zero
        d = x[:, :] << 3  #~ error[E0311]: `<<` does not apply to tiles  #~ help: `pl.shl(x[:, :], 3)`
        e = pl.row_expand_add(x[:, :], v)  #~ error[E0512]: needs a vector [M, 1]  #~ help: `pl.col_expand_add(x[:, :], v)`
        f = pl.col_expand_add(x[:, :], v[0, :])  #~ error[E0512]: needs a vector [1, N]  #~ help: `pl.reshape(v[0, :], [1, 64])`
        g = pl.load(x, [0, 0], [4, 64], valid_shape=[1, 64], valid_shapes=[2, 64])  #~ error[E0502]: `valid_shape` is given twice
        h = pl.fillpad(x, pad_value=pl.PadValue.lowest)  #~ error[E0501]: `pl.PadValue.lowest` does not exist  #~ help: its members are `null`, `zero`, `max`, `min`
        i = pl.read(x[:, :], [0, 64])  #~ error[E0412]: the read of the tile leaves axis 1
        y = pl.assemble(y, x[:, :], [0, 0])
