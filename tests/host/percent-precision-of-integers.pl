def main():
    print("%.3d|%5.3d|%-6.3d|%+.2i|%05.3d|%#.4x|%.7X|%.6o|%.0d" % (7, 7, 7, 7, 7, 255, -1234567, 8, 0))
    print("%.2d|%c|%c|%5c|%-5c|%a|%r" % (9.75, 65, "é", "x", "x", "é☃", "é"))
    print("{!a} {!r} {!s}".format("é𝄞", "é", "é"), f"{'é'!a:>8}|")
    for x in [1.5, "ab", "", None]:
        try:
            print("%c" % x)
        except TypeError as e:
            print(e)


if __name__ == "__main__":
    main()
