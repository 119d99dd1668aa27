import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        v = x[0:1, :]
        j = i[0:1, :]
        a = pl.gather(v)  #~ error[E0310]: `pl.gather` needs either `mask_pattern=` or `index=`
        b = pl.gather(v, mask_pattern=pl.tile.MaskPattern.P0101, index=j)  #~ error[E0310]: `pl.gather` needs either `mask_pattern=` or `index=`
        c = pl.gather(v, mask_pattern=3)  #~ error[E0311]: expected a mask pattern, found the constant 3  #~ help: `pl.tile.MaskPattern.P0101`
        d = pl.gather(x[:, :], mask_pattern=pl.tile.MaskPattern.P0101)  #~ error[E0515]: `pl.gather` needs a list of shape [1, N], found [16, 64]
        e = pl.gather(x[0:1, 0:62], mask_pattern=pl.tile.MaskPattern.P0001)  #~ error[E0515]: 62 lanes are no multiple of 4
        f = pl.gather(v, dim=0, index=j)  #~ error[E0508]: `pl.gather` works along the last axis: `dim=-1`
        g = pl.gather(v, dim=-1, index=v)  #~ error[E0510]: indices are pl.INT32, found pl.FP32
        h = pl.gather(v, dim=-1, index=i[0:2, :])  #~ error[E0405]: indices [2, 64] for [1, 64]: both need rank 2 and the same rows
        k = pl.gather(v, mask_pattern=pl.tile.MaskPattern.P0101, output_dtype=3)  #~ error[E0311]: expected a dtype such as `pl.FP32`, found the constant 3
        y[:, :] = x[:, :]
