def main():
    a = b = c = []
    a.append(1)
    print(a, b, c, a is c)
    x: int = 5
    y: "anything at all" = x
    print(x, y)


if __name__ == "__main__":
    main()
