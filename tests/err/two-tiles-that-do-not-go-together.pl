import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        s = pl.reshape(t, [2, 8, 64])
        a = pl.concat(t, i[:, :])  #~ error[E0308]: `pl.concat` of pl.FP32 and pl.INT32 tiles  #~ help: `pl.cast(i[:, :], target_type=pl.FP32)`
        b = pl.concat(s, s)  #~ error[E0507]: `pl.concat` needs tiles of rank 2, found [2, 8, 64] and [2, 8, 64]
        c = pl.concat(t, x[0:8, :])  #~ error[E0405]: shapes [16, 64] and [8, 64] have different numbers of rows
        d = pl.expand_clone(t, x[0:8, :])  #~ error[E0405]: shape [16, 64] does not broadcast to [8, 64]
        e = pl.row_expand(t, x[0:1, :])  #~ error[E0512]: `pl.row_expand` needs a vector [M, 1] beside a tile of shape [16, 64], found [1, 64]  #~ help: `pl.col_expand(t, x[0:1, :])`
        f = pl.col_expand(t, x[:, 0:1])  #~ error[E0512]: `pl.col_expand` needs a vector [1, N] beside a tile of shape [16, 64], found [16, 1]  #~ help: `pl.row_expand(t, x[:, 0:1])`
        g = pl.row_expand_add(s, t)  #~ error[E0507]: `pl.row_expand_add` needs a tile of rank 2, found a [2, 8, 64] pl.FP32 tile
        h = pl.row_sum(pl.cast(t, pl.BOOL))  #~ error[E0510]: `pl.row_sum` takes numbers, found a tile of pl.BOOL
        k = pl.matmul(s, t)  #~ error[E0405]: `pl.matmul` needs two operands of one rank, at least 2: found [2, 8, 64] and [16, 64]
        l = pl.matmul(pl.reshape(t, [1024]), pl.reshape(t, [1024]))  #~ error[E0507]: `pl.matmul` needs two operands of one rank, at least 2: found [1024] and [1024]
        m = pl.matmul(s, pl.reshape(t, [4, 4, 64]), b_trans=True)  #~ error[E0405]: shapes [2, 8, 64] and [4, 4, 64] do not broadcast in axis 0
        n = pl.matmul(t, t)  #~ error[E0513]: the inner extents of `pl.matmul` differ: lhs K=64, rhs K=16  #~ help: `b_trans=True` reads the right operand as [N, K]
        o = pl.matmul(t, x[0:8, 0:16], b_trans=True)  #~ error[E0513]: the inner extents of `pl.matmul` differ: lhs K=64, rhs K=16  #~ help: `a_trans=True` reads the left operand as [K, M]
        p = pl.matmul(x[:, 0:16], x[:, 0:16], b_trans=True, out_dtype=pl.INT32)  #~ error[E0510]: `out_dtype` of a product of pl.FP32 tiles is pl.FP32, pl.BF16 or pl.FP16, found pl.INT32
        q = pl.matmul(pl.cast(t, pl.INT8), pl.cast(t, pl.INT8), b_trans=True, out_dtype=pl.FP32)  #~ error[E0510]: `out_dtype` of a product of pl.INT8 tiles is pl.INT32, found pl.FP32
        r = pl.matmul(t, t, b_trans=2)  #~ error[E0306]: `b_trans` must be True or False, found the constant 2
        u = pl.transpose(t, 0, 0)  #~ error[E0508]: `pl.transpose` swaps two different axes
        v = pl.matmul(x[:, 0:8], x[:, 0:8], b_trans=False)  #~ error[E0513]: the inner extents of `pl.matmul` differ: lhs K=8, rhs K=16  #~ help: `b_trans=True` reads the right operand as [N, K]
        y[:, :] = t
