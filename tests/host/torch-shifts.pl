import torch


def attempt(name, f):
    try:
        r = f()
        print(name, r.dtype, r.tolist())
    except (RuntimeError, TypeError) as e:
        print(name, type(e).__name__)


def main():
    for d in [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]:
        x = torch.tensor([1, 3, 100, 7]).to(d)
        y = torch.tensor([0, 1, 2, 5]).to(d)
        attempt(f"{d} shifted", lambda: x << y)
        attempt(f"{d} shifted", lambda: x >> y)
        attempt(f"{d} by 3", lambda: x << 3)
        attempt(f"{d} by 3", lambda: torch.bitwise_right_shift(x, 3))
        attempt(f"3 by {d}", lambda: 3 << y)
        attempt(f"int32 by {d}", lambda: x.int() << y)
    m = torch.tensor([-1, -128, 127, -7], dtype=torch.int8)
    print((m >> 1).tolist(), (m >> 7).tolist(), (m << 1).tolist(), (m << 7).tolist())
    w = torch.tensor([-1, 1 << 62, -(1 << 62)])
    print((w >> 62).tolist(), (w << 1).tolist(), (w >> torch.tensor([0, 61, 61])).tolist())
    x = torch.tensor([1, 2, 3], dtype=torch.int32)
    x <<= 2
    x[1:] >>= 1
    print(x.tolist(), (x << x.unsqueeze(1)).tolist())


if __name__ == "__main__":
    main()
