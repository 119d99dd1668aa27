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
        p = pl.tile.MaskPattern.P0101
        a = pl.scatter(v)  #~ error[E0310]: `pl.scatter` needs either `mask_pattern=` or `index=`
        b = pl.scatter(v, index=j)  #~ error[E0310]: `pl.scatter` with `index=` needs `src=`
        c = pl.scatter(v, index=j, src=j)  #~ error[E0308]: `pl.scatter` of pl.FP32 and pl.INT32 tiles  #~ help: `pl.cast(j, target_type=pl.FP32)`
        d = pl.scatter(v, index=j, src=x[0:1, 0:32])  #~ error[E0405]: `src` is [1, 32], `index` [1, 64]
        e = pl.scatter(v, mask_pattern=p)  #~ error[E0310]: `pl.scatter` with `mask_pattern=` needs `dst=`
        f = pl.scatter(v, mask_pattern=p, dst=j)  #~ error[E0308]: `pl.scatter` of pl.FP32 and pl.INT32 tiles  #~ help: `pl.cast(j, target_type=pl.FP32)`
        g = pl.scatter(x[:, :], mask_pattern=p, dst=v)  #~ error[E0515]: `pl.scatter` needs a list of shape [1, N], found [16, 64]
        h = pl.scatter(v, mask_pattern=p, dst=v)  #~ error[E0405]: 64 lanes scattered over every 2 need a `dst` of 128, found [1, 64]
        k = pl.scatter(v, mask_pattern="P0101", dst=v)  #~ error[E0311]: expected a mask pattern, found a string  #~ help: `pl.tile.MaskPattern.P0101`
        l = pl.scatter(v, dim=0, index=j, src=v)  #~ error[E0508]: `pl.scatter` works along the last axis: `dim=-1`
        y[:, :] = x[:, :]
