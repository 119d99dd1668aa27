# exit: 3
import torch


def attempt(name, f):
    try:
        f()
        print(name, "done")
    except RuntimeError as e:
        print(name, e)


if __name__ == "__main__":
    x = torch.zeros(1, 3)
    e = x.expand(4, 3)
    attempt("store", lambda: e.copy_(torch.arange(12).view(4, 3)))
    attempt("row", lambda: e.copy_(torch.arange(3)))
    attempt("add", lambda: e.add_(1))
    attempt("mul", lambda: e.mul_(torch.arange(4).unsqueeze(1)))
    attempt("random", lambda: e.normal_())
    attempt("clone", lambda: e.clone().add_(1))
    print(x.tolist())
    # one value is one value wherever it is stored; a row of an expanded tensor is apart
    attempt("fill", lambda: e.fill_(2))
    e[1:3] = 3
    e[2] = torch.tensor([5, 6, 7])
    e[0, 1] += 1
    print(x.tolist(), e.sum().item())
    e[:, 1:] = torch.ones(4, 2)
