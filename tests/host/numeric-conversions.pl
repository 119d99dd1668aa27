def main():
    print(int("42"), int(" -7 "), int("1_000"), int("ff", 16), int("0x1f", 16), int("0b11", 0), int(3.99), int(-3.99), int(True))
    print(float("1e3"), float(" 2.5 "), float("1_0.5"), float(3), bool(0), bool("x"), bool([]), str(12), str(1.0), int(), float(), str())
    for bad in ["x", "", "1.5", "0x10"]:
        try:
            int(bad)
        except ValueError as e:
            print(e)
    try:
        float("abc")
    except ValueError as e:
        print(e)
    for v in [float("nan"), float("inf")]:
        try:
            int(v)
        except (ValueError, OverflowError) as e:
            print(type(e).__name__, e)


if __name__ == "__main__":
    main()
