def main():
    def f(a, b=[], *, c=len("abc")):
        b.append(a)
        return b, c

    print(f(1), f(2), f(3, [], c=0))


if __name__ == "__main__":
    main()
