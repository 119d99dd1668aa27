# a store whose source overlaps its target works as if the source were copied
# first; writes after a lazy use of a tensor do not change what it was used for
import torch

c = torch.arange(6)
c[1:] = c[:-1]
print(c)
c[2:5] = c[3:6]
print(c)
c[:3] = c[2:5].clone()
print(c)
m = torch.arange(9).reshape(3, 3)
m[:] = m.T
print(m)
m[1:, 1:] = m[:2, :2]
print(m)
m.T.copy_(m)
print(m)

N = 3000000
big = torch.arange(N).float()
later = big * 2 + 1
copy = big.clone()
big[5] = -1000
big *= 0
print(later[5].item(), copy[5].item(), big[5].item(), big.sum().item())
view = big[10:20]
big += 3
print(view.sum().item(), later[N - 1].item())
chain = torch.zeros(N)
for i in range(100):
    chain = chain + 1
print(chain[0].item(), chain.sum().item())
shared = torch.ones(N) * 2
for i in range(5):
    shared = shared * shared
print(shared[7].item())
first = torch.rand(N, generator=torch.Generator().manual_seed(3))
second = torch.rand(N, generator=torch.Generator().manual_seed(3))
print(torch.equal(first, second), first[:3].tolist() == second[:3].tolist(), torch.equal(first, torch.rand(N)))
print(first.min().item() >= 0, first.max().item() < 1, abs(first.mean().item() - 0.5) < 1e-3)

if __name__ == "__main__":
    print("done")
