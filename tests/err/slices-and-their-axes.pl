import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = pl.slice(x, [1, 64], [0, 0], drop_dims=[2])  #~ error[E0508]: `drop_dims` names distinct axes from 0 to 1
        b = pl.slice(x, [1, 64], [0, 0], drop_dims=[0, 0])  #~ error[E0508]: `drop_dims` names distinct axes from 0 to 1
        c = pl.slice(x, [1, 64], [0, 0], drop_dims=[1])  #~ error[E0405]: axis 1 cannot be dropped: its extent is 64, expected 1
        d = pl.slice(x, [1, 1], [0, 0], drop_dims=[0, 1])  #~ error[E0508]: `drop_dims` leaves no axis; `pl.read` reads one element
        e = pl.slice(x, [0, 64], [0, 0])  #~ error[E0410]: extent 0: extents are positive
        f = pl.slice(x, 16, [0, 0])  #~ error[E0311]: the shape is a list, found the constant 16  #~ help: `[16]`
        g = pl.slice(x, [16, 64], [0, 0], clamp=1)
        h = pl.slice(x, [16, 64], [0, 0], clamp=2)  #~ error[E0306]: `clamp` must be True or False, found the constant 2
        k = pl.load(a, [0, 0], [1, 64])
        l = pl.load(x, [0, 0], [16, 64], valid_shape=[1, 1], valid_shapes=[1, 1])  #~ error[E0502]: `valid_shape` is given twice: `valid_shapes` is the same
        m = pl.slice(x, [16, 64], [0, 0], valid_shape=[16])  #~ error[E0414]: 1 valid extent for a [16, 64] pl.FP32 tensor
        n = pl.slice(x, [1, 1, 1, 1, 1, 1, 1], [0, 0])  #~ error[E0410]: the shape has 7 entries; tensors have at most 6 axes
        y[:, :] = x[:, :]
