import torch


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    x = torch.tensor([[0.5, 1.5, 2.25], [3.0, -1.0, 0.125]])
    y = torch.tensor([[1.0, 0.25, -2.0], [0.5, 4.0, 2.0]])
    attempt(lambda: x.view(torch.float64))
    attempt(lambda: x.view(2, 4))
    attempt(lambda: x.view("a"))
    attempt(lambda: x.reshape(4, -1))
    attempt(lambda: x.permute(0))
    attempt(lambda: torch.zeros(2, 2, 2).t())
    attempt(lambda: x.unsqueeze(5))
    attempt(lambda: torch.zeros(2, 1, 3).squeeze(3))
    attempt(lambda: x.flatten(1, 0))
    attempt(lambda: x.expand(3, 3))
    attempt(lambda: x.narrow(1, 1, 9))
    attempt(lambda: x.select(1, 5))
    attempt(lambda: x.chunk(0))
    attempt(lambda: torch.tensor(1.0).chunk(2))
    attempt(lambda: x.split([1, 1], dim=1))
    attempt(lambda: x.split(-1))
    attempt(lambda: x.split([1, -1, 3], 1))
    attempt(lambda: x.to("cuda"))
    attempt(lambda: torch.cat([x, 3]))
    attempt(lambda: torch.cat([]))
    attempt(lambda: torch.cat(x))
    attempt(lambda: torch.stack([x, y[0]]))
    attempt(lambda: x.repeat(2))
    attempt(lambda: x.flip(5))
    attempt(lambda: x[0, 0, 0])
    attempt(lambda: x[:, ::-1])
    attempt(lambda: x[5])
    attempt(lambda: x["a"])


if __name__ == "__main__":
    main()
