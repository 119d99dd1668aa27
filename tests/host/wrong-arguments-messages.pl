def f(a, b, c=1):
    pass


def g(*, key, other):
    pass


def h(x, /):
    pass


def attempt(fn):
    try:
        fn()
    except TypeError as e:
        print(e)


if __name__ == "__main__":
    attempt(lambda: f())
    attempt(lambda: f(1))
    attempt(lambda: f(1, 2, 3, 4))
    attempt(lambda: f(1, a=2))
    attempt(lambda: f(1, 2, d=3))
    attempt(lambda: g())
    attempt(lambda: g(key=1))
    attempt(lambda: g(1))
    five, text = 5, "a"
    attempt(lambda: five())
    attempt(lambda: text())
