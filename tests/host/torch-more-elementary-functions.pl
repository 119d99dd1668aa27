import torch


def main():
    inf = float("inf")
    x = torch.tensor([0.0, -0.0, 0.5, -0.75, 1.0, 2.0, -3.5, inf, -inf, float("nan")], dtype=torch.float64)
    for name in ["exp2", "asin", "acos", "atan", "sinh", "cosh", "erfc"]:
        f = getattr(torch, name)
        print(name, [f"{v:.6g}" for v in f(x).tolist()], f(x.int()[:4]).dtype, f(x.bfloat16()).dtype, f(torch.tensor([True])).dtype)
    y = torch.tensor([[1.0], [-0.0], [-2.0]], dtype=torch.float64)
    print([[f"{v:.6g}" for v in row] for row in torch.atan2(y, x).tolist()])
    print(torch.atan2(torch.tensor([1, 2]), torch.tensor([3, 4])).dtype, x.atan2(x).shape == x.shape)


if __name__ == "__main__":
    main()
