def main():
    a = list(range(8))
    a[2:4] = ["x", "y", "z"]
    print(a)
    a[::4] = [0, 1, 2]
    print(a)
    a[1:1] = [9, 9]
    print(a)
    del a[0]
    del a[1:3]
    del a[::2]
    print(a)
    a[:] = []
    print(a)
    try:
        b = [1, 2, 3]
        b[::2] = [1]
    except ValueError as e:
        print(e)
    d = {"a": 1, "b": 2}
    del d["a"]
    print(d)


if __name__ == "__main__":
    main()
