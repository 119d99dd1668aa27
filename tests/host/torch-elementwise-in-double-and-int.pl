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
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    d = torch.tensor([[0.5, 1.25], [2.0, 3.5]], dtype=torch.float64)
    show(torch.reciprocal(d).round(decimals=9))
    show(torch.log10(d).round(decimals=9))
    show(torch.tan(d).round(decimals=9))
    show(torch.isinf(d / 0))
    show(torch.fmod(d, 0.75))
    show(torch.fmod(-d, 0.75))
    show(torch.remainder(-d, 0.75))
    show(torch.remainder(d, -0.75))
    show(torch.floor_divide(-d, 0.75))
    show((-d) // 0.75)
    show((-d) % 0.75)
    show(F.relu(d - 1))
    show(F.relu(i - 2))
    show(torch.sign(i - 2))
    show(torch.sign(d - 1))
    show(torch.fmod(i - 4, 3))
    show(torch.fmod(i - 4, -3))
    show(torch.remainder(i - 4, -3))
    show((i - 4) // -3)
    show(torch.zeros_like(i) + torch.ones_like(i))
    show(torch.log1p(d).round(decimals=9))
    show(torch.sigmoid(d).round(decimals=9))
    show(torch.rsqrt(d).round(decimals=9))
    show(torch.erf(d).round(decimals=9))
    show(torch.pow(d, 3))
    show(torch.pow(i, 3))
    show(torch.maximum(d, d.t().reshape(2, 2)))
    show(i.double() / 3 == torch.div(i, 3.0).double())
    show(torch.full((400000,), 3, dtype=torch.int64).prod())
    show(torch.full((400000,), 1.0, dtype=torch.float64).prod())
    show(torch.full((40, 10000), 1, dtype=torch.int32).prod(1).sum())
    show(torch.arange(400000).max(0)[1])
    show(torch.arange(400000).flip(0).argmin())
    show(torch.softmax(d, 0).round(decimals=9))
    show(torch.cumprod(d, 0))
    show(d.amax(dim=(0, 1)))
    show(d.half().to(torch.float64))
    show(torch.tensor([65504.0, 65519.0, 65520.0, 1e-8, 6e-8, 3e-8], dtype=torch.float16))
    show(d.bfloat16().repeat(2, 1))
    show(torch.triu(i, 1))
    show(i.to(torch.uint8) - 1)
    show(torch.index_select(i.to(torch.uint8), 1, torch.tensor([2, 0])))
    show(torch.gather(i.to(torch.int16), 1, torch.tensor([[2, 0], [1, 1]])))
    show(d.clone().copy_(i[0, 1:3]))


if __name__ == "__main__":
    main()
