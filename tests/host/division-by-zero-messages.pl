def main():
    def attempt(f):
        try:
            f()
        except ZeroDivisionError as e:
            print(e)

    attempt(lambda: 1 / 0)
    attempt(lambda: 1 // 0)
    attempt(lambda: 1 % 0)
    attempt(lambda: 1.0 / 0)
    attempt(lambda: 1.0 // 0)
    attempt(lambda: 1.0 % 0)
    attempt(lambda: 0 ** -1)
    attempt(lambda: 0.0 ** -1)
    attempt(lambda: divmod(1, 0))


if __name__ == "__main__":
    main()
