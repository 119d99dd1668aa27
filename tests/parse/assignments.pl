a = b
a = b = c
a, (b, *c) = d
a[0].b = c
a: int
a: int = 1
a //= b
