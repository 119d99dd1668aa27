def main():
    def f(a, b=2, *args, k, m=5, **kw):
        return a, b, args, k, m, kw

    def g(a, /, b, *, c):
        return a, b, c

    print(f(1, k=3))
    print(f(1, 2, 3, 4, k=5, m=6, z=7))
    print(f(*[1, 2, 3], **{"k": 4, "q": 5}))
    print(f(*"ab", *(1, 2), k=0))
    print(g(1, b=2, c=3), g(1, 2, c=3))
    print(dict(a=1, **{"b": 2}), max(*[1, 5, 3]))


if __name__ == "__main__":
    main()
