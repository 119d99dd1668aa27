x = [1, (2, 3)
#~^ error[E0104]: this `[` is never closed
def f():
    return (
#~^ error[E0104]: this `(` is never closed
class C:
    pass
