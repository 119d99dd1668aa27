# what the composed functions refuse
import torch
import torch.nn.functional as F

x = torch.ones(2, 3)
bad = [
    lambda: torch.einsum("ij,jk->ik", x, torch.ones(4, 2)),
    lambda: torch.einsum("ij,jk->iz", x, torch.ones(3, 2)),
    lambda: torch.einsum("ijk->i", x),
    lambda: torch.einsum("ij", x, x),
    lambda: torch.einsum("ii->i", x),
    lambda: torch.einsum("i1->i", x),
    lambda: torch.einsum("ij->i>", x),
    lambda: torch.einsum("ij->ijk", x),
    lambda: torch.einsum("...->", x),
    lambda: torch.einsum("ij"),
    lambda: F.gelu(torch.tensor([1])),
    lambda: F.gelu(x, approximate="fast"),
    lambda: F.layer_norm(x, (2,)),
    lambda: F.pad(x, (1,)),
    lambda: F.pad(x, (-1, 0)),
    lambda: F.pad(x, (1, 1), mode="reflect"),
    lambda: x.masked_fill(torch.tensor([1, 0, 1]), 1.0),
    lambda: x.repeat_interleave(-1),
    lambda: x.repeat_interleave(2, dim=5),
    lambda: torch.randperm(-1),
    lambda: torch.clamp(x),
    lambda: x[torch.tensor([1, 0], dtype=torch.uint8)],
]
for f in bad:
    try:
        f()
        print("nothing")
    except (RuntimeError, TypeError, ValueError, IndexError) as e:
        print(type(e).__name__, e)

if __name__ == "__main__":
    print("done")
