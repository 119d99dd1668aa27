def main():
    for a, b in [(7, 2), (-7, 2), (7, -2), (-7, -2), (0, 5)]:
        print(a // b, a % b, divmod(a, b))
    for a, b in [(7.5, 2), (-7.5, 2), (7.5, -2), (-0.0, 3.0), (1e300, -7.0)]:
        print(a // b, a % b, divmod(a, b))


if __name__ == "__main__":
    main()
