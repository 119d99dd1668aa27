from math import (pi, sqrt)
import math; import sys;


def f(a, /, b, *, c):
    return a + b + c


def g(a, *, b=2, **kw):
    return a + b + len(kw)


d = {"a": 1, "b": 2,}
h = lambda a, b,: a + b


if __name__ == "__main__":
    for q, in [(1,), (2,)]:
        print(q)
    for q, r, in [(1, 2)]:
        print(q, r)
    print(f(1, 2, c=3), g(1, b=3, z=4), d, h(1, 2), pi > 3, sqrt(4.0), math.e > 2, sys.argv[1:]);
    x = ("a"
         "b")
    print(x, "\x41\u00e9\101")
