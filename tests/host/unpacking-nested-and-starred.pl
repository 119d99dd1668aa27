def main():
    a, (b, c), *d = 1, (2, 3), 4, 5
    print(a, b, c, d)
    *x, y = "abc"
    print(x, y)
    p, *q = [1]
    print(p, q)
    m = n = [1]
    print(m is n)
    i, j = j, i = 1, 2
    print(i, j)
    for k, (u, v) in {"a": (1, 2)}.items():
        print(k, u, v)
    try:
        a, b = 1, 2, 3
    except ValueError as e:
        print(e)
    try:
        a, b, c = [1, 2]
    except ValueError as e:
        print(e)
    try:
        a, *b, c = [1]
    except ValueError as e:
        print(e)
    try:
        a, b = 5
    except TypeError as e:
        print(e)


if __name__ == "__main__":
    main()
