import pypto.language as pl


@pl.jit
def k(*tensors):
#~^ error[E0105]: kernels take no `*tensors` in their parameters
    pass
