def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: "a\nb\r\nc".splitlines())
    attempt(lambda: "a\nb".splitlines(True))
    attempt(lambda: "abc".endswith(()))
    attempt(lambda: "aéc".replace("", "-"))
    attempt(lambda: "abc".replace("", "-", 2))
    attempt(lambda: "abc".replace("b", "x", 0))
    attempt(lambda: f"{255:#x}")
    attempt(lambda: f"{-5:08.3f}")
    attempt(lambda: f"{1.5:%}")
    attempt(lambda: f"{True:d}")
    attempt(lambda: f"{float('inf'):5.1f}")
    attempt(lambda: "%c" % 65)


if __name__ == "__main__":
    main()
