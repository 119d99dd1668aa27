import math


def attempt(f):
    try:
        return f()
    except (ValueError, TypeError) as e:
        return type(e).__name__


def main():
    print(math.lcm(), math.lcm(4, 6), math.lcm(4, 0), math.lcm(-4, 6, 10), math.gcd(), math.gcd(-12, 18), math.lcm(2**31, 3**19))
    print([math.factorial(n) for n in [0, 1, 5, 20]], [math.isqrt(n) for n in [0, 1, 15, 16, 2**62 - 1, 2**62, 4503599761588225]])
    print([math.comb(n, k) for n, k in [(0, 0), (5, 2), (5, 6), (62, 31), (10**18, 1), (10**18, 10**18 - 1)]])
    print([math.perm(n, k) for n, k in [(0, 0), (5, 2), (5, 6), (20, 20), (10**9, 2)]], math.perm(6))
    for f in [lambda: math.factorial(-1), lambda: math.comb(-1, 2), lambda: math.perm(3, -1), lambda: math.isqrt(-1), lambda: math.factorial(2.0), lambda: math.lcm(2.0), lambda: math.comb(3)]:
        print(attempt(f))


if __name__ == "__main__":
    main()
