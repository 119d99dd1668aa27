# what is a view and what is a copy
import torch

a = torch.arange(24).reshape(2, 3, 4)
print(a.shape, a.dtype, a.ndim, a.dim(), a.size(), a.size(1), a.size(-1), a.numel(), len(a))
a[0, 1, 2] = 100
print(a.reshape(6, 4)[1], a.view(-1)[6], a.flatten()[6].item())
b = a.permute(2, 0, 1)
b[2, 0, 1] = 7
print(a[0, 1, 2].item(), b.shape, b.is_contiguous(), b.contiguous().is_contiguous())
c = a.transpose(0, 1)
print(c.shape, c[1, 0])
print(a.unsqueeze(0).shape, a.unsqueeze(-1).shape, a.unsqueeze(1).squeeze(1).shape, torch.ones(1, 3, 1).squeeze().shape)
d = torch.tensor([[1], [2]]).expand(2, 3)
print(d, d.expand(4, 2, 3).shape, torch.ones(3).expand_as(torch.zeros(2, 3)).shape)
print(a.narrow(2, 1, 2), a.select(1, 2))
for part in torch.arange(7).chunk(3):
    print(part)
for part in torch.arange(10).reshape(5, 2).split(2):
    print(part)
print([p.shape for p in torch.zeros(6, 2).split([1, 2, 3])], [p.shape for p in torch.zeros(3, 2).unbind(1)])
m = torch.arange(6).reshape(2, 3)
t = m.T
t[2, 0] = -1
print(m, m.t().shape)
e = m.clone()
e[0, 0] = 55
print(m[0, 0].item(), e[0, 0].item())
f = m[:, 1:]
f += 10
print(m)
g = m.to(torch.int64)
g[0, 0] = 77
print(m[0, 0].item())
h = m.float()
h[0, 0] = -5
print(m[0, 0].item(), h.dtype, m.bfloat16().dtype, m.long().dtype)
r = t.reshape(6)
r[0] = 1234
print(m[0, 0].item())
print(torch.cat([m, m * 2]), torch.cat([m, m.float()], dim=1), torch.stack([m, m], dim=1).shape, torch.stack([m, m], -1).shape)
print(m.repeat(2, 2), torch.tensor([1, 2]).repeat(3), torch.tensor([1, 2]).repeat(2, 2))
print(torch.arange(9).reshape(3, 3).tril(), torch.ones(3, 4).triu(1), torch.ones(3, 3).tril(-1))
print(torch.arange(4).flip(0), torch.arange(6).reshape(2, 3).flip(0, 1))
print(torch.zeros(2, 3, 4).flatten(1).shape, torch.zeros(2, 3, 4).flatten(0, 1).shape, torch.tensor(3).flatten().shape)
print(torch.zeros(2, 3).view(3, 2).shape, torch.zeros(2, 3).reshape((6,)).shape, torch.zeros(4, 4).view(2, 2, -1).shape)
for row in torch.arange(4).reshape(2, 2):
    print(row, row.tolist())
x, y = torch.arange(4).reshape(2, 2)
print(x, y)
print(m.tolist(), torch.tensor(2.5).tolist(), torch.tensor([True]).tolist())

if __name__ == "__main__":
    print("done")
