import torch
import torch.nn.functional as F

x = torch.arange(6).reshape(3, 2)


def said(fn):
    try:
        return fn().tolist()
    except (IndexError, RuntimeError) as e:
        return str(e)


print(said(lambda: x.index_select(0, torch.tensor([2, 0]))))
print(said(lambda: x.index_select(0, torch.tensor([-1]))))
print(said(lambda: torch.index_select(x, 1, torch.tensor([0, 2]))))
print(said(lambda: F.embedding(torch.tensor([[1, 0], [2, 2]]), x)))
print(said(lambda: F.embedding(torch.tensor([-1]), x)))
print(said(lambda: F.one_hot(torch.tensor([0, 2]), num_classes=2)))
print(said(lambda: F.one_hot(torch.tensor([-1, 2]))))
print(said(lambda: F.one_hot(torch.tensor([], dtype=torch.int64), 3)))


if __name__ == "__main__":
    pass
