def main():
    print(2**53 + 1 == float(2**53), 2**53 + 1 > float(2**53), 1 == 1.0 == True, 3 < 3.5 < 4)
    print(float("inf") > 2**62, float("nan") < 1, float("nan") != float("nan"), -(2**62) * 2 == -9223372036854775808.0)


if __name__ == "__main__":
    main()
