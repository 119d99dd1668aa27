def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: max(1, 2, key=lambda v: -v))
    attempt(lambda: ascii("é\n"))
    attempt(lambda: ascii("日本"))
    attempt(lambda: ascii("😀"))
    attempt(lambda: repr("é\r\x00\u2028"))
    attempt(lambda: getattr("a", "foo", 5))
    attempt(lambda: len({1: 2}.keys()) + len({1: 2}.values()) + len({1: 2}.items()))
    attempt(lambda: {1: 2}.copy())
    attempt(lambda: list(zip([1, 2], [3, 4], strict=True)))
    attempt(lambda: list(zip()))
    attempt(lambda: list(enumerate("ab", start=5)))
    attempt(lambda: round(2.5, None))
    attempt(lambda: str(print))
    attempt(lambda: str(len))
    attempt(lambda: str(int))
    attempt(lambda: str(ValueError))
    attempt(lambda: repr("\t\\"))
    attempt(lambda: repr("a'b\"c"))
    attempt(lambda: type({}))
    attempt(lambda: type(set()))
    attempt(lambda: type(range(3)))
    attempt(lambda: type(slice(1)))
    attempt(lambda: type(lambda: 1))
    attempt(lambda: type(ValueError("a")))
    attempt(lambda: type(type))
    attempt(lambda: set([1, 2, 1]) == set([2, 1]))
    attempt(lambda: slice(1, 5, 2))
    attempt(lambda: slice(1, 5, 2).start + slice(1, 5, 2).stop + slice(1, 5, 2).step)
    attempt(lambda: [1, 2, 3][slice(0, 2)])


if __name__ == "__main__":
    main()
