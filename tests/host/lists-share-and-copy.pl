def main():
    a = [[0] * 2] * 2
    a[0][0] = 1
    print(a)
    b = [[0] * 2 for _ in range(2)]
    b[0][0] = 1
    print(b, [1, 2] * 2, [1] + [2], 2 * (1,), "ab" * 0, [0] * -1)
    c = a[:]
    c.append(1)
    print(len(a), len(c), a[0] is c[0])


if __name__ == "__main__":
    main()
