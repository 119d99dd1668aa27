"""What the generator of random programs knows about dtypes, tiles and tensors."""

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33]
LARGE = [1, 8, 33, 64, 96, 130, 257]  # tiles that are worth cutting into strips
SMALL = [1, 2, 3, 5]
TORCH = {"FP32": "float32", "BF16": "bfloat16", "FP16": "float16", "INT32": "int32", "INT8": "int8",
         "UINT8": "uint8", "INT16": "int16", "INT64": "int64"}
FLOATS = ["FP32", "BF16", "FP16"]
INTS = ["INT32", "INT8", "UINT8", "INT16", "INT64"]
WIDE = ["UINT16", "UINT32", "UINT64"]  # no host tensor has them
LIMIT = 60.0


def dims(shape):
    return ", ".join(map(str, shape))


class Tile:
    """A tile in scope: what the generator must know to use it legally."""

    def __init__(self, name, dtype, shape, full=True, mag=8.0, depth=0):
        self.name, self.dtype, self.shape = name, dtype, tuple(shape)
        self.full, self.mag, self.depth = full, mag, depth

    def like(self, name, **kw):
        t = Tile(name, self.dtype, self.shape, self.full, self.mag, self.depth)
        t.__dict__.update(kw)
        return t

    def holds(self, shape):
        return len(self.shape) == len(shape) and all(a >= b for a, b in zip(self.shape, shape))

    @property
    def is_float(self):
        return self.dtype in FLOATS

    @property
    def signed(self):
        return not self.dtype.startswith("U")


class Tensor(Tile):
    """A parameter, a buffer or a view; `sym` names its dynamic first axis, `low` and `high` bound its integers."""

    def __init__(self, name, dtype, shape, sym=None, low=None, high=100, **kw):
        super().__init__(name, dtype, shape, **kw)
        self.sym, self.high, self.init = sym, high, None
        self.low = low if low is not None else 0 if dtype == "UINT8" else -50
