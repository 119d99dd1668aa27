def main():
    inf = float("inf")
    for a, b in [(-1, inf), (1, inf), (1, -inf), (-1, -inf), (0.0, -inf), (-0.0, inf), (inf, 2), (-7.5, 2), (7.5, -2), (1e308, 1e-10)]:
        print(a, b, a // b, a % b, divmod(a, b))


if __name__ == "__main__":
    main()
