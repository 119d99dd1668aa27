def main():
    a = 1; b = 2; c = a + \
        b
    d = (a +
         b
         + c)
    print(a, b, c, d); print("x" "y"
          "z")
    if a: print("one line")
    for i in range(2): print(i)


if __name__ == "__main__":
    main()
