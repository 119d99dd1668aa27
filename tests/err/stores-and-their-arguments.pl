import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        pl.store(t, [0, 0], t)  #~ error[E0311]: expected a tensor to store into, found a [16, 64] pl.FP32 tile
        pl.store(t, 3, y)  #~ error[E0311]: the offsets are a list, found the constant 3  #~ help: `[3]`
        pl.store(t, [0, 0], y, shapes=[16, 32])  #~ error[E0405]: `shapes` is [16, 32], the stored tile is [16, 64]
        pl.store(t, [0, 0], y, shapes=16)  #~ error[E0311]: `shapes` is a list, found the constant 16  #~ help: `[16]`
        pl.store(t, [0, 0], y, shapes=[16, 64])
        pl.assemble(y, t, 3)  #~ error[E0311]: the offsets are a list, found the constant 3  #~ help: `[3]`
        pl.assemble(y, t, [0, 0], atomic=3)  #~ error[E0311]: `atomic=` takes `pl.AtomicType.Add`, found the constant 3  #~ help: `atomic=pl.AtomicType.Add`
        u = pl.assemble(t, t, [0, 0], atomic=pl.AtomicType.Add)  #~ error[E0311]: `atomic=` stores into a tensor, found a [16, 64] pl.FP32 tile
        y[0:1, :] = 1.0  #~ error[E0311]: a scalar is stored into a window  #~ help: `pl.full([...], dtype=pl.FP32, value=...)` makes a tile of it
        y[:, :] = "a"  #~ error[E0311]: expected a tile, tensor or scalar to store, found a string
        q = 3
        q[0, 0] = 1.0  #~ error[E0311]: expected a tensor or tile to store into, found the constant 3
        pl.assemble(pl.cast(t, pl.INT16), t, [0, 0])  #~ error[E0309]: `t` is pl.FP32, but the target holds pl.INT16  #~ help: `pl.cast(t, target_type=pl.INT16)`
