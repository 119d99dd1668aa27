def main():
    print(3 in [1, 2, 3], 4 not in (1, 2), "b" in "abc", "bd" in "abc", "a" in {"a": 1}, 5 in range(0, 10, 5), 6 in range(0, 10, 5))
    x = [1]
    print(x is x, x is not [1], None is None, x == [1], [1] != [2], (1, 2) < (1, 3), [2] > [1, 9], "a" < "b")
    s = set([3, 1, 3])
    print(1 in s, 2 in s, len(s), 2.0 in range(3), "x" in set())


if __name__ == "__main__":
    main()
