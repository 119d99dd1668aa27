def main():
    a = list(range(10))
    for i in range(len(a) - 1, -1, -1):
        if a[i] % 2:
            del a[i]
    print(a)
    for i, x in reversed(list(enumerate(a))):
        print(i, x, end=";")
    print()


if __name__ == "__main__":
    main()
