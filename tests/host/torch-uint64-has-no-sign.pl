import torch


def attempt(f):
    try:
        print(f())
    except (OverflowError, IndexError) as e:
        print(type(e).__name__, e)


if __name__ == "__main__":
    # 1, 2^64 - 1, 3, 2^63
    x = torch.tensor([1, -1, 3, -(2**62) * 2]).to(torch.uint64)
    one = torch.tensor([1, 1, 1, 1]).to(torch.uint64)
    print((x > one).tolist(), (x >= 3).tolist(), (x < 3).tolist(), (x <= one).tolist())
    print(torch.maximum(x, one), torch.minimum(x, one).tolist())
    print(x.clamp(2, 5).tolist(), x.relu().sum() == x.sum(), (x.abs() == x).all())
    print((x // 3).tolist(), (x % 10).tolist(), torch.fmod(x, 7).tolist(), (x >> 62).tolist())
    print((x // x).tolist(), (3 // x).tolist(), torch.sign(x).tolist(), (one ** x).tolist())
    print((x / 2).tolist())
    print(x.max(), x.min(), x.argmax(), x.argmin())
    print(x.max(dim=0).indices, x.min(dim=0).values)
    print(torch.topk(x, 3).values, torch.topk(x, 3).indices.tolist())
    print(torch.sort(x).indices.tolist(), torch.argsort(x, descending=True).tolist())
    print(x[1] * torch.ones(2) == 2.0**64, x[1] > torch.zeros(1), float(x[3]), bool(x[3]))
    attempt(lambda: x[1].item())
    attempt(lambda: x.tolist())
    attempt(lambda: int(x[3]))
    attempt(lambda: torch.iinfo(torch.uint64).max)
    attempt(lambda: torch.arange(4)[x])
    attempt(lambda: torch.arange(4)[x[1]])
    attempt(lambda: x[0].item())
