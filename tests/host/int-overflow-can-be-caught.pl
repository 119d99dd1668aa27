# python: no, the expectation is written by hand
if __name__ == "__main__":
    for f in [lambda: 2**63, lambda: 2**62 + 2**62, lambda: -(2**62) * 4, lambda: 1 << 63, lambda: int(1e19), lambda: int("9" * 30), lambda: abs(-9223372036854775808), lambda: (-9223372036854775808) // -1]:
        try:
            print(f())
        except OverflowError as e:
            print(e)
