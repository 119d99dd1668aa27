# Tensors of 2**23 elements and more stay expressions until they are used.
import torch

if __name__ == "__main__":
    n = 2**23
    t = torch.rand(n)
    s = t.scatter(0, torch.tensor([1]), torch.tensor([2.0]))
    print(s[1].item(), t[1].item() < 1.0, torch.equal(s[2:], t[2:]))
    print(torch.zeros(4, n // 4).half().scatter_add(0, torch.zeros(1, 1).long(), torch.ones(1, 1).half())[0, 0].item())
    z = torch.zeros(n)
    z[torch.arange(n)] = torch.ones(n) * 3
    print(z[0].item(), z[n - 1].item())
