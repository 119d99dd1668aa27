def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: bool(0.5))
    attempt(lambda: bool({}))
    attempt(lambda: bool({1: 2}))
    attempt(lambda: bool(set()))
    attempt(lambda: 1 if 0.0 else 2)
    attempt(lambda: bool(print))
    attempt(lambda: 1 < 2 < 3)
    attempt(lambda: [1] < [1, 2])
    attempt(lambda: (1, 2) < (1,))
    attempt(lambda: [1] < (1,))
    attempt(lambda: [1, 2] != [1, 2])
    attempt(lambda: {1: 2} != {1: 3})
    attempt(lambda: float("nan") == float("nan"))
    attempt(lambda: print is print)
    attempt(lambda: ValueError is ValueError)
    attempt(lambda: int is float)
    attempt(lambda: 1.5 in [1.5])
    attempt(lambda: [float("inf")] == [float("inf")])
    attempt(lambda: [].append == [].append)
    attempt(lambda: len == len)
    attempt(lambda: (lambda: 1) == (lambda: 1))
    attempt(lambda: {1.5: 2}[1.5])
    attempt(lambda: {print: 1}[print])
    attempt(lambda: {int: 1}[int])
    attempt(lambda: {ValueError: 1}[ValueError])
    attempt(lambda: {main: 1}[main])


if __name__ == "__main__":
    main()
