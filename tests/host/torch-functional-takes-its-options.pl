import torch
import torch.nn.functional as F


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
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    show(F.linear(x, y, y[0, :2]))
    show(F.layer_norm(x, [2, 3], eps=0.5).round(decimals=3))
    show(F.layer_norm(x, (3,), y[0], y[1], 1e-3).round(decimals=3))
    show(F.one_hot(i, 7))
    show(F.one_hot(torch.tensor([], dtype=torch.int64), 3))
    show(F.embedding(i, torch.arange(12.0).reshape(6, 2)))
    show(F.pad(x, (1, 0, 0, 1), value=5.0))
    show(torch.masked_fill(x, x > 1, 0))
    show(x.repeat_interleave(2))
    show(x.repeat_interleave(2, dim=1))
    show(torch.einsum("ij,kj->ik", x, y))
    show(torch.einsum("ij->", x))


if __name__ == "__main__":
    main()
