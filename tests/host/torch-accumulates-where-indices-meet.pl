import torch


def show(t):
    print(t.dtype, tuple(t.shape), t.tolist())


def attempt(f):
    try:
        show(f())
    except (RuntimeError, IndexError, TypeError):
        print("refused")


def main():
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    same = torch.tensor([[0, 0, 0], [2, 2, 1]])
    show(x.scatter_add(1, same, x))
    show(torch.scatter_add(x, 0, torch.tensor([[1, 1]]), x))
    show(x.to(torch.int8).scatter_add(1, torch.tensor([[0, 0], [1, 1]]), torch.full((2, 2), 100, dtype=torch.int8)))
    show(x.bfloat16().scatter_add(1, same, x.bfloat16()))
    show(x.T.scatter_add(0, torch.tensor([[0], [0]]), x))
    show(x.scatter_add(1, torch.zeros(0, 3, dtype=torch.int64), x))
    y = x.clone()
    print(y.scatter_add_(1, same, x) is y, y.tolist())
    show(x.index_add(0, torch.tensor([1, 1, 0]), torch.ones(3, 3), alpha=10))
    show(torch.index_add(x, -1, torch.tensor([2, 2]), x[:, :2]))
    show(x.index_add(0, torch.tensor([-1 + 1]), x[1:]))
    y.index_add_(1, torch.tensor([0]), -y[:, :1])
    show(y)
    show(torch.cumprod(x, dim=1))
    show(x.int().cumprod(0))
    show(torch.tensor([True, False, True]).cumprod(0))
    show(x.half().cumprod(-1, dtype=torch.float64))
    show(torch.cumprod(torch.tensor([3.0, float("nan"), 0.0, float("inf")]), 0))
    attempt(lambda: x.index_add(0, torch.tensor([0]), torch.ones(2, 3)))
    attempt(lambda: x.index_add(0, torch.tensor([2]), torch.ones(1, 3)))
    attempt(lambda: x.index_add(0, torch.tensor([0]), torch.ones(1, 2)))
    attempt(lambda: x.scatter_add(1, torch.tensor([[3]]), x))
    attempt(lambda: x.scatter_add(1, torch.tensor([[0, 0, 0, 0]]), x))
    attempt(lambda: x.scatter_add(1, same, 1.0))
    attempt(lambda: x.scatter_add(1, torch.tensor([[-1]]), x))
    attempt(lambda: x.scatter(1, torch.tensor([[-1]]), x))
    attempt(lambda: x.gather(1, torch.tensor([[-1]])))
    attempt(lambda: x.index_add(0, torch.tensor([-1]), torch.ones(1, 3)))


if __name__ == "__main__":
    main()
