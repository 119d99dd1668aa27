def main():
    a = list(range(10))
    s = "abcdefghij"
    print(a[-1], a[2:5], a[::3], a[::-1], a[8:2:-2], a[-3:], a[:-3], a[100:], a[-100:2])
    print(s[-1], s[2:5], s[::-2], s[5:1:-1], (1, 2, 3)[-2:], range(10)[2:8:2], range(10)[-1], range(0, 20, 3)[::-1])


if __name__ == "__main__":
    main()
