@pl.jit
def a(x: pl.Tensor[[ROWS, 8], pl.FP32]): pass
@pl.jit.inline
def b(): pass
@pl.jit(auto_scope=False)
def c(): pass
@other
def d(): pass
