import torch


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    x = torch.tensor([[0.5, 1.5, 2.25], [3.0, -1.0, 0.125]])
    i = torch.tensor([[0, 1, 2], [3, 4, 5]])
    attempt(lambda: torch.rand(2, 3, dtype=torch.int32))
    attempt(lambda: torch.randint(5, 5, (2,)))
    attempt(lambda: torch.randint(2.5, (2,)))
    attempt(lambda: torch.randint((2,)))
    attempt(lambda: torch.randn_like(i))
    attempt(lambda: torch.full((2,), "a"))
    attempt(lambda: x.new_full((2,), "a"))
    attempt(lambda: torch.full((2,), 300, dtype=torch.int8))
    attempt(lambda: torch.full((2,), 1e10, dtype=torch.int32))
    attempt(lambda: torch.tensor([1, [300]][1], dtype=torch.int8))
    attempt(lambda: torch.tensor([float("nan")], dtype=torch.int64))
    attempt(lambda: torch.zeros(2, dtype=torch.uint8).fill_(-256))
    attempt(lambda: torch.arange())
    attempt(lambda: torch.arange(0, 5, 0))
    attempt(lambda: torch.arange(0, 5, -1))
    attempt(lambda: torch.linspace(0, 1, -1))
    attempt(lambda: torch.eye(-1))
    attempt(lambda: torch.tensor([[1, 2], [3]]))
    attempt(lambda: torch.tensor("a"))
    attempt(lambda: torch.zeros(2, dtype="a"))
    attempt(lambda: torch.zeros(-1))
    attempt(lambda: torch.zeros(2.5))
    attempt(lambda: torch.randperm(-1))
    attempt(lambda: torch.iinfo(torch.float32))
    attempt(lambda: torch.finfo(torch.int8))


if __name__ == "__main__":
    main()
