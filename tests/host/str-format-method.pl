def main():
    print("{} {} {}".format(1, "a", None), "{0}{1}{0}".format("x", "y"), "{a}-{b:>4}".format(a=1, b=2), "{{}}".format())
    print("{0[1]} {d[k]} {0}".format([1, 2], d={"k": 5}), "{!r:>5}|{:{}}|{:{w}.{p}f}".format("a", 7, 4, 3.14159, w=8, p=2))
    print("{:.3f} {:>6} {:,}".format(2.0, "r", 12345))
    for bad in ["{} {}", "{a}", "}", "{", "{5}"]:
        try:
            bad.format(1)
        except (IndexError, KeyError, ValueError) as e:
            print(type(e).__name__, e)


if __name__ == "__main__":
    main()
