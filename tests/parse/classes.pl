@pl.program
class A:
    @pl.function(type=pl.FunctionType.Opaque)
    def f(self): pass
@dataclass(frozen=True)
class B(C, d=1):
    x: int = 3
