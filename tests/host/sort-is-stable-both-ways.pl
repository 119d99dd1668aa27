def main():
    rows = [("b", 2), ("a", 1), ("c", 2), ("d", 1), ("e", 3)]
    print(sorted(rows, key=lambda r: r[1]))
    print(sorted(rows, key=lambda r: r[1], reverse=True))
    print(sorted([3.5, 1, True, 0.0, -2]), sorted(["b", "B", "a"]))


if __name__ == "__main__":
    main()
