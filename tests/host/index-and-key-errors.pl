def main():
    def attempt(f):
        try:
            f()
        except (IndexError, KeyError, AttributeError) as e:
            print(type(e).__name__, e, e.args)

    attempt(lambda: [1][5])
    attempt(lambda: (1,)[-2])
    attempt(lambda: "abc"[3])
    attempt(lambda: range(3)[3])
    attempt(lambda: {"a": 1}["b"])
    attempt(lambda: {}[1, 2])
    attempt(lambda: [].pop())
    attempt(lambda: [1].pop(3))
    attempt(lambda: {}.pop("q"))
    attempt(lambda: (5).foo)
    attempt(lambda: [].foo)


if __name__ == "__main__":
    main()
