# subscripts, loads and stores
import torch

a = torch.arange(24).reshape(2, 3, 4)
print(a[1], a[-1, 0], a[0, 1, 2], a[..., 0], a[:, 1], a[1, ..., 1:3], a[:, :, ::2], a[:, 1:, 1::2])
print(a[None].shape, a[:, None, 1].shape, a[..., None].shape, a[0, None, :, 2].shape, a[5:].shape, a[:, -2:, :-1].shape)
print(a[0][torch.tensor([2, 0])], a[:, torch.tensor([0, 2])].shape, a[:, [0, 2], 1], a[[1, 0], [2, 0]], a[torch.tensor([[0, 1], [1, 0]])].shape)
print(a[a > 18], a[0][a[0] % 2 == 0], a[torch.tensor([True, False])], a[:, torch.tensor([True, False, True]), 0])
print(a[torch.tensor(1), torch.tensor(2)], a[0, :, torch.tensor([1, 3])], a[torch.tensor([0, 1]), :, torch.tensor([1, 3])])
b = torch.zeros(3, 4)
b[0] = 1
b[:, 1] = torch.tensor([7.0, 8.0, 9.0])
b[1:, 2:] = 5
b[2, -1] = 2.5
b[..., 0] += 10
print(b)
b[b > 8] = 0
print(b)
b[torch.tensor([0, 2])] = torch.tensor([1.0, 2.0, 3.0, 4.0])
b[[0, 1], [0, 1]] = torch.tensor([-1.0, -2.0])
print(b)
b[:] = torch.arange(4)
print(b)
c = torch.arange(6)
c[::2] = -1
print(c)
d = torch.zeros(2, 3, dtype=torch.int32)
d[0] = torch.tensor([1.9, -1.9, 2.0])
d[1, :2] = torch.ones(2, dtype=torch.bool)
print(d)
e = torch.arange(6).reshape(2, 3)
e[:, 0] = e[:, 2].clone()
e[0] *= 2
e[1] -= 1
print(e)
e.t()[0] = torch.tensor([100, 200])
print(e)
e.fill_(3).add_(2).mul_(torch.tensor([1, 2, 3])).sub_(1)
print(e, e.zero_())
f = torch.ones(2, 2)
f.copy_(torch.tensor([5, 6]))
f.div_(2).clamp_(max=2.75)
print(f, f.add_(1, alpha=2))

if __name__ == "__main__":
    print("done")
