def main():
    def outer(n):
        def fact(k):
            return 1 if k <= 1 else k * fact(k - 1)

        return [fact(i) for i in range(n)]

    def even(n):
        return True if n == 0 else odd(n - 1)

    def odd(n):
        return False if n == 0 else even(n - 1)

    print(outer(8), even(100), odd(7))


if __name__ == "__main__":
    main()
