import torch


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    d = torch.tensor([[0.5, 1.25], [2.0, 3.5]], dtype=torch.float64)
    attempt(lambda: torch.fmod(i, 0))
    attempt(lambda: torch.remainder(i, 0))
    attempt(lambda: i // 0)
    attempt(lambda: i % 0)
    attempt(lambda: d.sum(dim=(0, 0)))
    attempt(lambda: torch.softmax(i, 0))
    attempt(lambda: torch.randint(2**40, 2**40, (1,)))
    attempt(lambda: torch.randint(0, 300, (2,), dtype=torch.int8))
    attempt(lambda: torch.index_select(d, 0, i))
    attempt(lambda: torch.gather(d, 0, torch.zeros(3, 3, dtype=torch.int64)))
    attempt(lambda: torch.tril(torch.zeros(3)))
    attempt(lambda: d.repeat(1, -1))
    attempt(lambda: torch.matmul(torch.tensor(1.0), d))
    attempt(lambda: torch.matmul(d > 1, d > 1))
    attempt(lambda: d[torch.tensor([0, 1]), torch.tensor([0, 1, 2])])
    attempt(lambda: d.add_(torch.zeros(3, 2)))


if __name__ == "__main__":
    main()
