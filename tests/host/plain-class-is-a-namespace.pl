BASE = 4


class Sizes:
    """Extents."""

    ROWS = BASE * 2
    COLS = ROWS + 1


if __name__ == "__main__":
    print(Sizes.ROWS, Sizes.COLS, Sizes.__name__, hasattr(Sizes, "DEPTH"))
