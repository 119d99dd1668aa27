import pypto.language as pl


@pl.program
class Twice:
    @pl.function(type=pl.FunctionType.Opaque)
    def double(self, t: pl.Tensor):
        return pl.add(t, t)

    @pl.function(type=pl.FunctionType.Orchestration)
    def entry(self, x: pl.InOut[pl.Tensor[[4, 8], pl.FP32]]):  #~ error[E0801]: program class `Twice` has two entry methods; one that is called by the other is `@pl.function()`, without `type=`
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="twice"):
            x[:, :] = self.double(x[:, :])
