def f(a, b: T = 1, /, *, c, d=2, **e) -> T:
    "doc"
    return a
def g(*a: T): pass
