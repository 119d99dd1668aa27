def main():
    def f():
        """Doc."""
        return 1

    g = lambda: 2
    print(f.__name__, g.__name__, f.__doc__, len.__name__, int.__name__)
    f.__name__ = "renamed"
    print(f.__name__, f())


if __name__ == "__main__":
    main()
