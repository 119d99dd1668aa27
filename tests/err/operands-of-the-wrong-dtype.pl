import pypto.language as pl
import torch

S = "abc"


@pl.jit.inline
def halved(t: pl.Tensor[[16, 64], pl.BF16]):
    return pl.mul(t, 0.5)


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        n = pl.read(i, [0, 0])
        a = halved(x[:, :])  #~ error[E0308]: `x[:, :]` is a [16, 64] pl.FP32 tile, expected pl.BF16
        b = pl.full([16, 64], dtype=torch.float32, value=0.0)  #~ error[E0311]: `torch.float32` is a dtype of torch; kernels name those of pl  #~ help: `pl.FP32`
        c = pl.full([16, 64], dtype=torch.float64, value=0.0)  #~ error[E0311]: `torch.float64` is a dtype of torch; kernels name those of pl
        d = pl.matmul(x[:, 0:32], x[:, 0:16], b_trans=True)  #~ error[E0513]: the inner extents of `pl.matmul` differ: lhs K=32, rhs K=16  #~ help: `a_trans=True` reads the left operand as [K, M]
        e = pl.matmul(x[:, 0:16], pl.reshape(x[:, 0:16], [16, 16]), a_trans=3)  #~ error[E0306]: `a_trans` must be True or False, found the constant 3
        f = t % 2.0  #~ error[E0311]: `%` does not apply to tiles; the operators on tiles are + - * /  #~ help: `pl.fmod(t, 2.0)`
        g = pl.assemble(y, pl.reshape(t, [2, 8, 64]), [0, 0])  #~ error[E0405]: a [2, 8, 64] pl.FP32 tile does not fit a [16, 64] pl.FP32 tensor: the ranks differ
        h = pl.assemble(y, t, [-1, 0])  #~ error[E0412]: the store of `y` begins before axis 0: offset -1  #~ help: the indices of axis 0 are 0 to 15
        j = pl.slice(x, [16, 64], [-1, 0])  #~ error[E0412]: the load of `x` begins before axis 0: offset -1  #~ help: pass `clamp=True` to `pl.slice`, or a `valid_shape=` that stays inside
        k = int("3")
        l = ValueError("a")  #~ error[E0301]: unknown name `ValueError`  #~ help: kernels have no built-in `ValueError`; name its result at module level: `NAME = ValueError(...)`
        m = f"{S:d}"  #~ error[E0107]: an f-string is not available in kernels  #~ help: use a plain string: f-strings are for messages and `name_hint`
        o = n @ n  #~ error[E0107]: the operator `@` is not available in kernels  #~ help: write `pl.matmul(n, n)`
        p = pl.add(t, None)  #~ error[E0311]: expected a tile or a number, found None
        q = pl.expands(t, "a")  #~ error[E0311]: this operand must be a number, found a string
        y[:, :] = t
