import pypto.language as pl

N = pl.dynamic("N")



@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    w: pl.Tensor[[N, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    a = x[4:4, :]  #~ error[E0410]: the extent of `4:4` is 0; extents are positive
    b = x[8:4, :]  #~ error[E0410]: the extent of `8:4` is -4; extents are positive
    c = pl.slice(x, [4, 64], [0, 0], pad_value=pl.PadValue.zero)  #~ error[E0603]: `pl.slice(..., pad_value=...)` computes, but stands outside a core scope  #~ help: wrap the statement: `with pl.at(level=pl.Level.CORE_GROUP, name_hint="..."):`
    d = pl.reshape(x, [16, 63])  #~ error[E0413]: reshape of a [16, 64] pl.FP32 tensor to [16, 63]
    r = pl.reshape(x, [4, -1])  #~ error[E0410]: extent -1: a kernel says all extents of a shape  #~ help: `[4, 256]`
    e = pl.reshape(w, [4, -1])  #~ error[E0410]: extent -1: extents are positive
    f = pl.reshape(x, [])  #~ error[E0410]: a tensor needs at least one axis
    g = pl.set_validshape(x[0:8, :], 9, 64)  #~ error[E0402]: the valid extent 9 is larger than the extent 8
    h = pl.create_tensor([0, 64], dtype=pl.FP32)  #~ error[E0410]: extent 0: extents are positive
    j = pl.create_tensor([], dtype=pl.FP32)  #~ error[E0410]: a tensor needs at least one axis
    k = pl.create_tensor([16, 64], dtype=pl.FP32, init_value=pl.read(x, [0, 0]))  #~ error[E0504]: `init_value` must be a compile-time constant
    l = pl.create_tensor([16, 64], dtype=pl.FP32, init_value=0, valid_shape=[16])  #~ error[E0414]: 1 valid extent for a [16, 64] pl.FP32 tensor
    m = pl.create_tensor([16, 64], dtype=pl.FP32, valid_shape=[17, 64])  #~ error[E0402]: the valid extent 17 is larger than the extent 16
    n = pl.create_tensor(16, dtype=pl.FP32)  #~ error[E0311]: the shape is a list, found the constant 16  #~ help: `[16]`
    o = pl.fillpad(x)  #~ error[E0603]: `pl.fillpad` computes, but stands outside a core scope  #~ help: wrap the statement: `with pl.at(level=pl.Level.CORE_GROUP, name_hint="..."):`
    p = pl.transpose(x, 0, 2)  #~ error[E0508]: axis 2 of rank 2; axes are -2 to 1
    q = pl.transpose(x, 0, "a")  #~ error[E0508]: an axis is a compile-time constant, found a string
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = x[:, :]
