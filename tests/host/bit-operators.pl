def main():
    print(6 & 3, 6 | 3, 6 ^ 3, ~6, 1 << 40, -5 >> 1, 5 >> 100, -1 >> 100)
    print(True & False, True | False, True ^ True, type(True & False).__name__, True + True)


if __name__ == "__main__":
    main()
