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
    attempt(lambda: torch.div(x, y, rounding_mode="up"))
    attempt(lambda: ~x)
    attempt(lambda: x << 1)
    attempt(lambda: i & 1.5)
    attempt(lambda: torch.clamp(x))
    attempt(lambda: torch.isclose(x, y, rtol=-1))
    attempt(lambda: torch.allclose(x, y, atol=-0.5))
    attempt(lambda: torch.equal(x, 3))
    attempt(lambda: x.add_("a"))
    attempt(lambda: int(torch.tensor(float("inf"))))
    attempt(lambda: int(torch.tensor(float("nan"))))
    attempt(lambda: float(x))
    attempt(lambda: bool(x))
    attempt(lambda: list(torch.tensor(1.0)))
    attempt(lambda: "a" in x)
    attempt(lambda: f"{x:.2f}")
    attempt(lambda: [1, 2, 3][x[0, 0]])
    attempt(lambda: x.item())
    attempt(lambda: x.clone().copy_(torch.zeros(5)))
    attempt(lambda: i.clone().normal_())
    attempt(lambda: torch.min(x, 0.5))


if __name__ == "__main__":
    main()
