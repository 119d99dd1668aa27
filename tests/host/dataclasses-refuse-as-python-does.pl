from dataclasses import dataclass, field, replace


@dataclass
class P:
    x: int
    y: int


@dataclass(frozen=True)
class Z:
    a: int


@dataclass
class D:
    a: int
    b: list = field(default_factory=list)
    c: int = 5


def put(o):
    o.a = 3
    return o


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: P(1))
    attempt(lambda: P(1, 2, 3))
    attempt(lambda: P(1, 2).z)
    attempt(lambda: {P(1, 2): 2})
    attempt(lambda: {Z(1): 2}[Z(1)])
    attempt(lambda: replace(Z(1), b=5))
    attempt(lambda: replace(3))
    attempt(lambda: replace(Z(1), a=5))
    attempt(lambda: D())
    attempt(lambda: D(1).c)
    attempt(lambda: put(D(1)).a)


if __name__ == "__main__":
    main()
