import torch


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    x = torch.tensor([[0.5, 1.5, 2.25], [3.0, -1.0, 0.125]])
    y = torch.tensor([[1.0, 0.25, -2.0], [0.5, 4.0, 2.0]])
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    attempt(lambda: torch.topk(x, -1))
    attempt(lambda: torch.topk(x, 9))
    attempt(lambda: torch.mm(x, x))
    attempt(lambda: torch.mm(x, x[0]))
    attempt(lambda: torch.bmm(x, x))
    attempt(lambda: torch.dot(x, y))
    attempt(lambda: torch.outer(x, y))
    attempt(lambda: torch.scatter(x, 1, torch.tensor([[0], [1]])))
    attempt(lambda: torch.gather(x, 1, i[:, :1] + 9))
    attempt(lambda: torch.norm(x, "nucc"))
    attempt(lambda: x.sum(5))
    attempt(lambda: x.max(1)[2])
    attempt(lambda: torch.sort(x, 7))


if __name__ == "__main__":
    main()
