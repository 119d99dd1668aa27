def main():
    import sys

    print()
    print(1, "a", sep="-", end="!\n")
    print("x", "y", sep="", end="")
    print(None, sep=None, end=None)
    print("err", file=sys.stderr)
    print("out", file=sys.stdout, flush=True)
    print(*[1, 2, 3], sep=", ")
    sys.stdout.write("written\n")


if __name__ == "__main__":
    main()
