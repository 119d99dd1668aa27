def main():
    i = "outer"
    print([i * 2 for i in range(3)], i)
    print([(x, y) for x in range(3) if x for y in range(x) if y != 1])
    print({k: v * 2 for k, v in [("a", 1), ("b", 2)]})
    print(sum(x * x for x in range(5)), any(x > 3 for x in range(5)), list(x for x in "ab"))
    print([[r * c for c in range(3)] for r in range(3)], dict((k, len(k)) for k in ["a", "bb"]))
    print([x for x in (y + 1 for y in range(3))], ",".join(str(n) for n in range(4)))


if __name__ == "__main__":
    main()
