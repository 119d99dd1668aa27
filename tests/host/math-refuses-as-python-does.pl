import math


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: math.log(0))
    attempt(lambda: math.log(10, 1))
    attempt(lambda: math.pow(10, 400))
    attempt(lambda: math.pow(0, -1))
    attempt(lambda: math.isclose(1, 2, rel_tol=-1))
    attempt(lambda: math.prod([1, "a"]))
    attempt(lambda: math.prod(3))
    attempt(lambda: math.gcd(1.5))
    attempt(lambda: math.fmod(1, 0))
    attempt(lambda: math.isqrt(-1))
    attempt(lambda: math.factorial(-1))
    attempt(lambda: math.exp(1000))
    attempt(lambda: math.sqrt(-1))


if __name__ == "__main__":
    main()
