import math


def attempt(name, *args):
    try:
        r = getattr(math, name)(*args)
        return f"{r:.12g}" if isinstance(r, float) else str(r)
    except (ValueError, OverflowError, TypeError) as e:
        return f"{type(e).__name__}: {e}"


def main():
    inf = math.inf
    nan = math.nan
    xs = [0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -2.5, 30.0, 1e3, -1e3, inf, -inf, nan]
    for name in ["asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "expm1", "log1p", "erf", "erfc", "degrees", "radians", "trunc", "isfinite", "exp2", "cbrt"]:
        print(name, [attempt(name, x) for x in xs])
    for name in ["atan2", "copysign", "fmod", "hypot", "pow"]:
        print(name, [attempt(name, x, y) for x in [0.0, -2.5, 3.0, inf, nan] for y in [-0.0, 2.0, -inf, nan]])
    print(math.tau, math.hypot(), math.hypot(-3), math.hypot(2, 3, 6), math.fmod(-7, 3), math.copysign(3, -0.0))


if __name__ == "__main__":
    main()
