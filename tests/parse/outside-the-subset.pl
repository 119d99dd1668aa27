x = (y := 1)
{a for a in b}
async def f():
    await x
with a, b as c: pass
with (a as b, c): pass
match x:
    case [1, *r] | {"k": v} as w if w: pass
def g():
    x = yield 1
    yield from x
