def main():
    def f(x):
        print("f", x)
        return x

    print(f(0) and f(1), f(0) or f(2), not f(3), f(1) if f(0) else f(4))
    print(1 < f(2) < 3, 1 < f(0) < f(9), 0 or [] or "x", 1 and "y")


if __name__ == "__main__":
    main()
