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
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    show(torch.round(torch.tensor([1.25, 2.375, -1.0625]), decimals=1))
    show(torch.round(torch.tensor([1234.5, 2350.0]), decimals=-2))
    show(x.add(y, alpha=2))
    show(torch.sub(x, 1, alpha=3))
    show(torch.add(x, y, alpha=0.5))
    show(torch.add(i, i, alpha=2))
    show(x.clone().add_(1, alpha=2))
    show(torch.div(x, y, rounding_mode="floor"))
    show(torch.div(i, 2, rounding_mode="trunc"))
    show(torch.div(i, i + 1, rounding_mode="floor"))
    show(torch.div(-7, i + 2, rounding_mode="floor"))
    show(torch.div(-7, i + 2, rounding_mode="trunc"))
    show(x.where(x > 1, y))
    show(torch.where(x > 1, 1.0, 0.0))
    show(torch.where(x > 1))
    show(torch.max(x, y))
    show(torch.min(x, y))
    show(torch.clamp(x, 2, 1))
    show(torch.clamp(x, min=y))
    show(torch.clamp(x, min=y, max=y + 1))
    show(torch.clamp(i, 1.5))
    show(+x)
    show(abs(-i))
    show(2**i)
    show(i**2)
    show(torch.addmm(x[:, :2], x, y.t(), beta=2, alpha=0.5))
    show(torch.bitwise_left_shift(i, 1))
    show(torch.allclose(torch.tensor([float("nan")]), torch.tensor([float("nan")]), equal_nan=True))
    show(torch.isclose(torch.tensor([1.0, float("nan")]), torch.tensor([1.5, float("nan")]), rtol=0.5, equal_nan=True))
    show(torch.equal(x, y[0]))


if __name__ == "__main__":
    main()
