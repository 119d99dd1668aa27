# The smallest magnitude.
import torch

if __name__ == "__main__":
    print(torch.tensor([3.0, -1.0, 2.0]).norm(p=-float("inf")), torch.tensor([3.0, -4.0]).norm(p=float("inf")))
