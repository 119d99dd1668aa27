import pypto.language as pl


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    i: pl.Tensor[[16, 64], pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        a = x[-1, :]  #~ error[E0108]: a negative index in a kernel subscript  #~ help: count from the front: `pl.tensor.dim(x, axis) - n`
        b = x[0:16:2, :]  #~ error[E0108]: a slice step in a kernel subscript  #~ help: take the window with `pl.slice`, or loop over it
        c = (1, 2)[2]  #~ error[E0414]: index 2 of a tuple of 2
        d = (t, t)[pl.get_block_idx()]  #~ error[E0604]: `pl.get_block_idx` outside `pl.spmd`  #~ help: `with pl.spmd(n, name_hint="..."):` runs its body in n blocks
        e = "ab"[5]  #~ error[E0311]: IndexError: string index out of range
        f = 3[0]  #~ error[E0311]: expected a tensor or tile to index, found the constant 3
        g = x[0, 0, 0]  #~ error[E0414]: 3 indices for a [16, 64] pl.FP32 tensor
        h = [1, 2]["a"]  #~ error[E0306]: a list of 2 is indexed by compile-time integers
        k = (1, 2)[0:1]  #~ error[E0306]: a tuple of 2 is indexed by compile-time integers
        y[:, :] = t
