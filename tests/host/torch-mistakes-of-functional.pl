import torch
import torch.nn.functional as F


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    x = torch.tensor([[0.5, 1.5, 2.25], [3.0, -1.0, 0.125]])
    y = torch.tensor([[1.0, 0.25, -2.0], [0.5, 4.0, 2.0]])
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    attempt(lambda: F.linear(x, x.t()))
    attempt(lambda: F.layer_norm(x, (2,)))
    attempt(lambda: F.one_hot(i, 2))
    attempt(lambda: F.one_hot(x))
    attempt(lambda: F.embedding(x, y))
    attempt(lambda: F.pad(x, (1, 2, 3)))
    attempt(lambda: torch.repeat_interleave(x, -1))
    attempt(lambda: torch.einsum("ij,jk->ik", x, y))
    attempt(lambda: torch.einsum("ij", x, y))
    attempt(lambda: torch.einsum("i$", x))
    attempt(lambda: torch.einsum("ij->ijj", x))


if __name__ == "__main__":
    main()
