def main():
    def counter():
        n = 0

        def step(by=1):
            nonlocal n
            n += by
            return n

        return step

    a = counter()
    b = counter()
    print(a(), a(5), b(), a())
    fs = [lambda: i for i in range(3)]
    print([f() for f in fs])
    gs = [lambda i=i: i for i in range(3)]
    print([g() for g in gs])


if __name__ == "__main__":
    main()
