def main():
    x = 5
    x += 2
    x *= 3
    x //= 2
    x **= 2
    x -= 1
    x %= 7
    x <<= 3
    x |= 1
    x ^= 3
    x &= 14
    x >>= 1
    print(x)
    a = [1]
    b = a
    a += (2, 3)
    print(b, a is b)
    d = {"k": 1}
    d["k"] += 10
    a[0] -= 5
    print(d, a)
    s = "a"
    s += "b"
    s *= 2
    print(s)
    t = (1,)
    u = t
    t += (2,)
    print(t, u)


if __name__ == "__main__":
    main()
