def said(fn):
    try:
        return fn()
    except OverflowError as e:
        return str(e)


big = 2**62 + (2**62 - 1)
print(said(lambda: round(big, -18)), said(lambda: round(5 * 10**18, -19)))
print(said(lambda: round(big, -19)))
print(said(lambda: round(-big, -19)))
print(said(lambda: list(enumerate("a", big))))
print(said(lambda: list(enumerate("ab", big))))
print(said(lambda: [i for i, c in zip(range(2), enumerate("ab", big - 1))]))
print(2**62 in range(-big - 1, big), -(2**62) in range(big, -big, -1))
print(big in range(-big, big), 7 in range(0, 100, 7), 8 in range(0, 100, 7))


if __name__ == "__main__":
    pass
