# as in torch, a tensor without dimensions is formatted as its number
import torch

if __name__ == "__main__":
    t, i = torch.tensor(0.5), torch.tensor(7)
    big = torch.tensor([-1]).to(torch.uint64).max()
    print(f"{t} {i} {i:3d}|{t:.2f} {big} {torch.tensor(True)}", "{} {}".format(t, i))
    print(f"{t!r} {i!s} {i=}", str(t), "%s" % i)
    print(f"{torch.tensor([1, 2])} {torch.ones(1)}")
