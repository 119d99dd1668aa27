import pypto.language as pl


@pl.program
class P:  #~ error[E0801]: program class `P` has no
    @pl.function(type=pl.FunctionType.InCore)
    def f(self, x: pl.Tensor[[16, 16], pl.FP32]):
        pass
