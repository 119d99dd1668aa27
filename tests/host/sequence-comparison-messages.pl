def main():
    def attempt(f):
        try:
            f()
        except TypeError as e:
            print(e)

    attempt(lambda: 1 < "a")
    attempt(lambda: [1] < (1,))
    attempt(lambda: None > 1)
    attempt(lambda: 1 + "a")
    attempt(lambda: "a" + 1)
    attempt(lambda: [1] + (2,))
    attempt(lambda: "a" * 1.5)
    attempt(lambda: -"a")
    attempt(lambda: ~1.5)
    attempt(lambda: 1 in 5)
    attempt(lambda: 1 in "a")
    attempt(lambda: len(5))
    x = 5
    attempt(lambda: x[0])
    attempt(lambda: {}[[]])
    a, b, c = [1], (1,), "a"
    attempt(lambda: a["a"])
    attempt(lambda: b["a"])
    attempt(lambda: c["b"])
    attempt(lambda: [x for x in 5])


if __name__ == "__main__":
    main()
