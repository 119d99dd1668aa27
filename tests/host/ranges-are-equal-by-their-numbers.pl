def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: range(3) == range(0, 3))
    attempt(lambda: range(0) == range(5, 5))
    attempt(lambda: range(0, 4, 2) == range(0, 3, 2))
    attempt(lambda: range(3) == range(4))
    attempt(lambda: range(3) != range(0, 4))
    attempt(lambda: range(0, 1, 5) == range(0, 1))
    attempt(lambda: range(3) == [0, 1, 2])
    attempt(lambda: range(1, 9, 3).start)
    attempt(lambda: range(1, 9, 3).stop)
    attempt(lambda: range(1, 9, 3).step)
    attempt(lambda: range(5)[::-1])
    attempt(lambda: bool(range(0)))
    attempt(lambda: not range(3))


if __name__ == "__main__":
    main()
