def main():
    print("%d %i %s %r %5d|%-5d|%05d|%+d|% d" % (1, 2, "s", "r", 3, 4, 5, 6, 7))
    print("%.2f %8.3f %e %g %G %x %X %o %#x %c %c %%" % (1.5, 2.25, 12345.678, 1e-10, 1e20, 255, 255, 8, 255, "c", 65))
    print("%s" % "one", "%s" % [1, 2], "%s %s" % (None, True), "%(a)s-%(b)03d" % {"a": 1, "b": 2}, "%*d|%.*f" % (6, 42, 2, 3.14159))
    print("%5s|%-5s|%.2s|%d" % ("ab", "cd", "xyz", 3.99), "100%%" % ())
    for bad, args in [("%d", "x"), ("%d %d", (1,)), ("%d", (1, 2)), ("%q", 1), ("%", 1), ("%(a)s", 5)]:
        try:
            print(bad % args)
        except (TypeError, ValueError) as e:
            print(type(e).__name__)


if __name__ == "__main__":
    main()
