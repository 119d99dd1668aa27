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
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    show(torch.empty(2, 3).zero_())
    show(torch.full((2,), True))
    show(torch.full((2,), 3))
    show(torch.full((2, 2), x[0, 0]))
    show(torch.full_like(x, 2))
    show(torch.ones_like(i))
    show(x.new_zeros((2, 2), dtype=torch.int64))
    show(x.new_ones(2, 2))
    show(x.new_empty(3).zero_())
    show(x.new_full((2,), 7))
    show(i.new_full(size=(1,), fill_value=7))
    show(torch.arange(torch.tensor(3)))
    show(torch.arange(5, 0, -2))
    show(torch.arange(3, dtype=torch.float16))
    show(torch.linspace(0, 1, 1))
    show(torch.linspace(0, 10, steps=3, dtype=torch.int32))
    show(torch.eye(2, 3))
    show(torch.zeros(2, dtype=int))
    show(torch.zeros(2, dtype=float))
    show(x.to(float))
    show(torch.zeros(2, dtype=bool))
    show(torch.zeros(()))
    show(torch.tensor(x))
    show(torch.tensor([x[0, 0], 2]))
    show(torch.tensor([[]]))
    show(torch.randint_like(i, 5, 6))
    show(torch.randint_like(i, 1))
    show(torch.randint(3, 4, (2,), dtype=torch.int8))
    show(torch.randperm(4).sort().values)
    show(torch.Generator().manual_seed(3).initial_seed())
    show(torch.inf)
    show(torch.nan)
    show(torch.pi)


if __name__ == "__main__":
    main()
