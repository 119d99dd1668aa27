# functions made of others; the expected text is what PyTorch prints
import torch
import torch.nn.functional as F

inf = float("inf")
x = torch.arange(6.0).view(2, 3)
q = torch.arange(24.0).view(1, 2, 3, 4)
print(F.gelu(torch.tensor([1.0, -1.0, 0.0, 3.5])), F.gelu(torch.tensor([1.0, -2.0]), approximate="tanh"))
print(F.linear(x, torch.ones(4, 3), torch.arange(4.0)), F.linear(x[0], torch.ones(4, 3)))
print(F.layer_norm(x, (3,), torch.tensor([1.0, 2.0, 3.0]), torch.ones(3)), F.layer_norm(x, [2, 3], eps=1.0))
print(F.one_hot(torch.tensor([[1], [0]])), F.one_hot(torch.tensor([0, 2]), num_classes=4), F.embedding(torch.tensor([[1, 0]]), x))
print(F.pad(x, (1, 0)), F.pad(x, (0, 1, 1, 0), value=5.0), F.pad(torch.tensor([1, 2]), [1, 1], "constant", 7))
print(x.masked_fill(x > 2, -inf), torch.masked_fill(torch.arange(3), torch.tensor([True, False, True]), 9), x.masked_select(x > 2))
y = torch.zeros(2, dtype=torch.bfloat16)
y.masked_fill_(torch.tensor([True, False]), 0.1)
print(y, y.is_floating_point(), torch.is_floating_point(torch.tensor(1)))
print(torch.repeat_interleave(torch.tensor([1, 2]), 2), x.repeat_interleave(2, dim=0), x.repeat_interleave(2, -1), x.repeat_interleave(2))
print(torch.randperm(5).sort().values, torch.randperm(3, dtype=torch.int32).dtype, torch.randperm(0))
print(torch.addmm(torch.ones(2), x, x.T), torch.addmm(torch.ones(2, 2), x, x.T, beta=2, alpha=0.5), torch.baddbmm(torch.ones(1, 1, 3), q[0, :1], q[0, :1].transpose(1, 2)))
print(torch.einsum("ij,kj->ik", x, x), torch.einsum("ij->ji", x), torch.einsum("ij ->", x), torch.einsum("ba", x), torch.einsum("ij,ij->i", x, x))
print(torch.einsum("i,j->ij", x[0], x[1]), torch.einsum("i,i->", x[0], x[1]), torch.einsum("ij,k->kij", x, x[:, 0]), torch.einsum("ij,jk", x, x.T))
print(torch.einsum("bhqd,bhkd->bhqk", q, q), torch.einsum("bhqd,hd->bqh", q, q[0, :, 0]), torch.einsum("ij,ik,il->jkl", x, x[:, :2], x[:, :1]))
print(torch.einsum("ij,jk->ik", torch.arange(6).view(2, 3), torch.arange(6).view(3, 2)), torch.einsum("ij,jk->ik", x.bfloat16(), x.T.bfloat16()))
print(torch.cat([torch.tensor([]), x]), torch.cat([x[:1], torch.tensor([]), x[1:]], dim=0), torch.cat([torch.tensor([]), torch.tensor([])]))
print(x.max(0), torch.sort(torch.tensor([3, 1])), torch.topk(torch.tensor([3, 1]), 1))
print(torch.cuda.is_available(), torch.cuda.device_count(), isinstance(x.shape, torch.Size))

if __name__ == "__main__":
    print("done")
