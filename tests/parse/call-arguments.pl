f()
f(a, b=1, *c, **d,)
f(x for x in y)
f(a)(b).c(d)
