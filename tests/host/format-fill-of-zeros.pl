def main():
    for spec in ["<08", ">08", "=08", "^08", "08", "<+08.1f", "x<08", "=013.2E", "^013%"]:
        print(spec, "|" + format(-1.5, spec) + "|" + format(float("inf"), spec) + "|")
    print(format("ab", "05") + "|" + format("ab", "<05") + "|" + format("ab", ">05") + "|" + format(65, "5c") + "|" + format(True, "<06b"))
    for spec, x in [("+", "a"), (" ", "a"), ("#", "a"), ("=5", "a"), (",", "a"), (",x", 9), (",b", 9), ("+c", 9), ("#c", 9), (",c", 9)]:
        try:
            print(format(x, spec))
        except ValueError as e:
            print(spec, e)


if __name__ == "__main__":
    main()
