import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k", optimizations=[pl.auto_chunk]):
        n = pl.read(i, [0, 0])
        s = x[:, :]
        for a, (b, c) in pl.range(4, init_values=(s,)):  #~ error[E0310]: 2 names, but `init_values` has 1
            pl.yield_(b, c)
        for a in pl.range(4, init_values=(s,)):  #~ error[E0310]: `init_values` needs names: `for a, (a, b) in ...`
            pl.yield_(a)
        for a, (b,) in pl.range(4):  #~ error[E0702]: the loop names carried values but has no `init_values=`
            pl.yield_(b)
        for a, (b,) in pl.range(4, init_values=(s,)):
            pl.yield_(b, b)  #~ error[E0310]: `pl.yield_` gives 2 values, the loop carries 1
        for a, (b,) in pl.range(4, init_values=(s,)):
            b = b + 1.0
        for (a, b), c in pl.range(4, init_values=(s,)):  #~ error[E0107]: this loop target is not available in kernels  #~ help: write `for i in ...` or `for i, (a, b) in ...`
            pl.yield_(c)
        for a in pl.parallel(0, 16, n, chunk=2):  #~ error[E0708]: a chunked loop needs a constant step
            pass
        for (b,) in pl.while_(init_values=(s,)):
            pl.yield_(b)  #~ error[E0310]: the body of `pl.while_` begins with `pl.cond(condition)`
        y[:, :] = x[:, :]
