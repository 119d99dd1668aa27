import torch


def show(v):
    if isinstance(v, torch.Tensor):
        print(v.dtype, tuple(v.shape), v.tolist())
    elif isinstance(v, (tuple, list)):
        for t in v:
            show(t)
    else:
        print(v)


def main():
    x = torch.tensor([[0.5, 1.5, 2.25], [3.0, -1.0, 0.125]])
    y = torch.tensor([[1.0, 0.25, -2.0], [0.5, 4.0, 2.0]])
    show(torch.var(x, 1, False))
    show(torch.var(x, unbiased=False))
    show(x.var(False))
    show(torch.std(x, 0))
    show(torch.norm(x, p="fro"))
    show(torch.norm(x, p=1, dim=0))
    show(torch.softmax(x, dim=0, dtype=torch.float64).sum(0))
    show(torch.topk(x, 2, largest=False)[1])
    show(torch.nonzero(x > 1, as_tuple=True))
    show(torch.nonzero(torch.tensor(3.0)))
    show(x.max(1)[0])
    show(x.max(1)[-1])
    show(len(x.max(1)))
    show(x.max(1, keepdim=True).values)
    show(torch.scatter(x, 1, torch.tensor([[0], [1]]), 9.0))
    show(torch.index_add(x, 0, torch.tensor([0, 0]), y, alpha=2))
    show(torch.sort(x, descending=True)[0])
    show(torch.argsort(x, dim=0))


if __name__ == "__main__":
    main()
