def main():
    def noisy(x):
        print("noisy", x)
        return x > 1

    print(any(noisy(x) for x in range(10)))
    print(all(noisy(x) for x in range(3, 0, -1)))


if __name__ == "__main__":
    main()
