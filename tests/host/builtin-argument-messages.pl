def main():
    def attempt(f):
        try:
            f()
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)

    attempt(lambda: max([]))
    attempt(lambda: min())
    attempt(lambda: sum(["a"], ""))
    attempt(lambda: sum(["a"]))
    attempt(lambda: range(1.5))
    attempt(lambda: range(1, 2, 0))
    attempt(lambda: abs("a"))
    attempt(lambda: int([]))
    attempt(lambda: float(None))
    attempt(lambda: int("12", 99))
    attempt(lambda: isinstance(1, 5))
    attempt(lambda: sorted([1, "a"]))
    attempt(lambda: dict([[1]]))
    attempt(lambda: list(5))
    attempt(lambda: round("a"))
    attempt(lambda: max(1, 2, default=3))


if __name__ == "__main__":
    main()
