def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: "a b".split(3))
    attempt(lambda: "a b".split(""))
    attempt(lambda: "a".strip(3))
    attempt(lambda: "abc".startswith(3))
    attempt(lambda: "abc".startswith(("x", 3)))
    attempt(lambda: "abc".removeprefix(3))
    attempt(lambda: "abc".find(3))
    attempt(lambda: "aaa".count(3))
    attempt(lambda: "abc".center(9, "ab"))
    attempt(lambda: "%d" % "a")
    attempt(lambda: "%*d" % ("a", 3))
    attempt(lambda: "%.2f" % "a")
    attempt(lambda: "%(a)s" % 3)
    attempt(lambda: f"{1.5:d}")
    attempt(lambda: f"{300:c}")
    attempt(lambda: f"{5:.3}")
    attempt(lambda: f"{5:s}")
    attempt(lambda: f"{1.5:s}")
    attempt(lambda: f"{'a':=5}|")
    attempt(lambda: f"{1:q}")
    attempt(lambda: f"{None:>5}")
    attempt(lambda: "a" * 2.0)
    attempt(lambda: "a" + 1)
    attempt(lambda: 1 in "abc")
    attempt(lambda: 10.0**400)
    attempt(lambda: 0.0**-1)


if __name__ == "__main__":
    main()
