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
    show(x.view(torch.int32))
    show(x.reshape_as(y.t()))
    show(x.view_as(y.reshape(3, 2)))
    show(x[0].expand_as(y))
    show(torch.tensor(3.0).flatten())
    show(torch.zeros(2, 1, 3, 1).squeeze(0))
    show(torch.zeros(1, 1, 2).squeeze())
    show(x.to(i))
    show(x.to(torch.device("cpu"), torch.float64))
    show(x.type_as(i))
    show(x.detach())
    show(torch.tril(x, 10**12))
    show(torch.triu(x, -(10**12)))
    show(torch.triu(x, 10**12))
    show(x.flip(0, 1))
    show(torch.flip(x, [1]))
    show(x.stride())
    show(x.t().stride())
    show(x.element_size())
    show(x.data)
    show(x.is_cuda)
    show(x.requires_grad)
    show(x[torch.tensor([[True, False, True], [False, True, False]])])
    show(x[[]])
    show(x[()])
    show(x[..., None, 0])
    show(x.split([1, 2], dim=1))
    show(x.chunk(2, 1))


if __name__ == "__main__":
    main()
