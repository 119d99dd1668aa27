# what tensor mistakes say
import torch


def attempt(f):
    try:
        print("no error:", f())
    except (RuntimeError, ValueError, TypeError, IndexError, ZeroDivisionError) as e:
        print(f"{type(e).__name__}: {e}")


def store(t, i, v):
    t[i] = v


a = torch.zeros(2, 3)
b = torch.zeros(4, 5)
i = torch.arange(6).reshape(2, 3)
attempt(lambda: a + b)
attempt(lambda: a @ b)
attempt(lambda: a.view(4, 2))
attempt(lambda: a.T.view(6))
attempt(lambda: a.reshape(-1, 4))
attempt(lambda: a[2])
attempt(lambda: a[0, 5])
attempt(lambda: a[0, 0, 0])
attempt(lambda: a[::-1])
attempt(lambda: a["x"])
attempt(lambda: a[torch.tensor([0, 2])])
attempt(lambda: a[torch.tensor([0.5])])
attempt(lambda: a[torch.ones(3, 3) > 0])
attempt(lambda: a.sum(dim=2))
attempt(lambda: i.mean())
attempt(lambda: a.item())
attempt(lambda: bool(a))
attempt(lambda: i // 0)
attempt(lambda: i % torch.tensor([1, 0, 1]))
attempt(lambda: i ** -1)
attempt(lambda: a & 1)
attempt(lambda: -(a > 0))
attempt(lambda: store(a, 0, torch.zeros(2)))
attempt(lambda: torch.cat([a, b]))
attempt(lambda: torch.stack([a, b]))
attempt(lambda: torch.cat([]))
attempt(lambda: a.permute(0, 0))
attempt(lambda: a.expand(3, 3))
attempt(lambda: a.topk(4))
attempt(lambda: torch.zeros(-1))
attempt(lambda: torch.tensor([[1, 2], [3]]))
attempt(lambda: torch.tensor("x"))
attempt(lambda: a.to("cuda"))
attempt(lambda: i.add_(1.5))
attempt(lambda: torch.randint(3, 3, (2,)))
attempt(lambda: torch.zeros(2).max(dim=1))
attempt(lambda: torch.zeros(0).max())
attempt(lambda: torch.zeros(2, 3, 4).T)
attempt(lambda: torch.arange(0, 5, -1))
attempt(lambda: len(torch.tensor(1)))
attempt(lambda: torch.zeros(2, dtype="float32"))
attempt(lambda: a.sum(dimm=1))
attempt(lambda: a.gather(1, torch.tensor([[3], [0]])))
attempt(lambda: torch.finfo(torch.int32))

if __name__ == "__main__":
    print("done")
