def main():
    import math
    from math import sqrt, inf as infinity

    print(sqrt(2), math.exp(1), math.log(10), math.log(8, 2), math.log2(8), math.log10(1000), math.pow(2, 0.5))
    print(math.floor(-1.5), math.ceil(-1.5), math.floor(3), math.fabs(-2), math.sin(1), math.cos(1), math.tan(1), math.tanh(0.5))
    print(math.pi, math.e, math.inf, math.nan, math.isnan(math.nan), math.isfinite(1e308), math.isfinite(math.nan), math.isfinite(-math.inf), math.isinf(infinity), math.isclose(1, 1 + 1e-10), math.isclose(1, 1.1, rel_tol=0.2))
    print(math.gcd(12, 18), math.gcd(), math.gcd(0, -5), math.prod([1, 2, 3.5]), math.prod([], start=7))
    for bad in [lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.exp(1000), lambda: math.pow(0, -1), lambda: math.floor(math.inf), lambda: math.sqrt("a")]:
        try:
            bad()
        except (ValueError, OverflowError, TypeError) as e:
            print(type(e).__name__, e)


if __name__ == "__main__":
    main()
