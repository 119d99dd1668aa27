import pypto.language as pl

N = pl.dynamic("N")



@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        a = 1 << 64  #~ error[E0802]: this constant has no value: OverflowError: integer overflow: 1 << 64 does not fit 64 bits
        b = 1 % 0  #~ error[E0909]: division by zero in a constant expression
        c = "a" + 1  #~ error[E0311]: this constant has no value: TypeError: can only concatenate str (not "int") to str
        d = -"a"  #~ error[E0311]: this constant has no value: TypeError: bad operand type for unary -: 'str'
        e = pl.const(3.5, pl.INT32)  #~ error[E0505]: 3.5 does not fit pl.INT32
        f = pl.const(x[:, :], pl.INT32)  #~ error[E0504]: `pl.const` needs a compile-time constant, found a [16, 64] pl.FP32 tile
        g = pl.max(1, N)  #~ error[E0312]: an operand cannot be the dynamic symbol `N`  #~ help: read the extent of a tensor that has it: `pl.tensor.dim(x, axis)`
        h = pl.max(1, "a")  #~ error[E0307]: `pl.max` takes numbers, found a string
        j = pl.max(1)  #~ error[E0310]: `pl.max` takes two or more scalars
        k = pl.read(i, [0, 0]) >> 70  #~ error[E0907]: a shift by 70; counts are 0 to 63
        l = pl.read(i, [0, 0]) << -1  #~ error[E0907]: a shift by -1; counts are 0 to 63
        m = x[:, :] @ x[:, :]  #~ error[E0107]: the operator `@` is not available in kernels  #~ help: write `pl.matmul(x[:, :], x[:, :])`
        n = x[:, :] // 2.0  #~ error[E0311]: `//` does not apply to tiles; the operators on tiles are + - * /
        o = x[:, :] ** 2  #~ error[E0311]: `**` does not apply to tiles; the operators on tiles are + - * /  #~ help: `pl.mul(x[:, :], x[:, :])`
        p = 1.5 & 2  #~ error[E0107]: the operator `&` is not available in kernels  #~ help: write `pl.and_(1.5, 2)`, on conditions `and`
        q = -N  #~ error[E0312]: `-` of the dynamic symbol `N`
        r = f"{1:q}"  #~ error[E0107]: an f-string is not available in kernels  #~ help: use a plain string: f-strings are for messages and `name_hint`
        s = pl.read(i, [0, 0]) & 1.5  #~ error[E0107]: the operator `&` is not available in kernels  #~ help: write `pl.and_(pl.read(i, [0, 0]), 1.5)`, on conditions `and`
        t = not x[:, :]  #~ error[E0311]: the operand of `not` must be a BOOL scalar, found a [16, 64] pl.FP32 tile
        u = -"a"  #~ error[E0311]: this constant has no value: TypeError: bad operand type for unary -: 'str'
        v = 1 if pl.read(i, [0, 0]) > 2 else x[:, :]  #~ error[E0311]: expected a scalar on both sides of `if else` (tiles: the statement `if`), found a [16, 64] pl.FP32 tile
        w = 1 if x[:, :] else 2  #~ error[E0311]: the condition must be a BOOL scalar, found a [16, 64] pl.FP32 tile
        y[:, :] = x[:, :]
