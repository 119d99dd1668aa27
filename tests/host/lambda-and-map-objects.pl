def main():
    add = lambda a, b=1, *rest, **kw: (a + b, rest, kw)
    print(add(1), add(1, 2, 3, k=4), (lambda: None)(), list(map(str, [1, 2.5])), list(map(int, "123")), dict(zip("ab", map(abs, [-1, -2]))))
    ops = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y}
    print(ops["mul"](3, 4), [f(2, 3) for f in ops.values()])


if __name__ == "__main__":
    main()
