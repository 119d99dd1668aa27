import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        a = pl.tanh(t)  #~ error[E0501]: `pl.tanh` does not exist  #~ help: pl.exp(pl.mul(t, 2.0))
        b = pl.softmax(t)  #~ error[E0501]: `pl.softmax` does not exist  #~ help: pl.row_expand_sub(t, pl.row_max(t))
        c = pl.sigmoid(t)  #~ error[E0501]: `pl.sigmoid` does not exist  #~ help: `pl.recip(pl.add(pl.exp(pl.neg(t)), 1.0))`
        d = pl.where(t, t, t)  #~ error[E0501]: `pl.where` does not exist  #~ help: pl.cmp
        e = pl.zeros([16, 64])  #~ error[E0501]: `pl.zeros` does not exist  #~ help: pl.full
        f = pl.sum(t)  #~ error[E0501]: `pl.sum` does not exist  #~ help: `pl.row_sum(t)` along rows, `pl.col_sum(t)`
        g = pl.cast(t, pl.float32)  #~ error[E0501]: `pl.float32` does not exist  #~ help: `pl.FP32`
        h = pl.gelu(t)  #~ error[E0501]: `pl.gelu` does not exist  #~ help: pl.mul(pl.add(t, pl.mul(pl.mul(pl.mul(t, t), t), 0.044715)), -1.5957691)
        i = pl.program_id(0)  #~ error[E0501]: `pl.program_id` does not exist  #~ help: `pl.get_block_idx()` inside `pl.spmd`
        j = pl.cdiv(64, 16)  #~ error[E0501]: `pl.cdiv` does not exist  #~ help: `(a + b - 1) // b`
        k = pl.floor(t)  #~ error[E0501]: `pl.floor` does not exist  #~ help: `pl.cast(pl.cast(t, pl.INT32, mode="floor"), pl.FP32)`
        l = pl.cumsum(t)  #~ error[E0501]: `pl.cumsum` does not exist  #~ help: `pl.matmul(t, u)`
        m = pl.sort(t)  #~ error[E0501]: `pl.sort` does not exist  #~ help: `pl.sort32(v, at)`
        pl.atomic_add(y, t)  #~ error[E0501]: `pl.atomic_add` does not exist  #~ help: `pl.assemble(y, v, [0, 0], atomic=pl.AtomicType.Add)`
        n = t * math.exp(1.0)  #~ error[E0301]: unknown name `math`  #~ help: `import math`
        o = math.exp(t)  #~ error[E0301]: `math.exp` does not compute on tiles  #~ help: `pl.exp(t)`
        y = pl.assemble(y, t, [0, 0])
