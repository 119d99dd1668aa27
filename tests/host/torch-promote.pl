# dtypes of results: 3.1.1
import torch

kinds = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32, torch.float64]
for a in kinds:
    line = []
    for b in kinds:
        x = torch.ones(2, dtype=a)
        y = torch.ones(2, dtype=b)
        line.append(str((x + y).dtype)[6:])
    print(str(a)[6:], line)
for a in kinds:
    x = torch.ones(2, dtype=a)
    print(str(a)[6:], (x * 2).dtype, (x * 2.5).dtype, (x / 2).dtype, (x > 1).dtype, (2 ** x).dtype, torch.exp(x).dtype, x.sum().dtype)
i = torch.tensor([7, -7, 3, -3])
print(i // 2, i % 3, i // -2, i % -3, i / 2, -i, i.abs(), i ** 2, i ** 3)
f = torch.tensor([7.5, -7.5, 3.0, -3.0])
print(f // 2, f % 2, f % -2, torch.fmod(f, 2), f // -2, f.fmod(-4.0))
print(torch.tensor([1, 2]) + torch.tensor(1.5), (torch.tensor([1, 2], dtype=torch.int32) + torch.tensor(5)).dtype)
print((torch.ones(2, dtype=torch.bfloat16) * torch.tensor(2.0)).dtype, (torch.ones(2, dtype=torch.uint8) * torch.tensor(2)).dtype)
b = torch.tensor([True, False, True])
print(b & ~b, b | ~b, b ^ b, b.sum(), (b * 3), b.float().mean(), ~torch.tensor([0, 5, -1]))
print(torch.tensor([5, 6]) & 3, torch.tensor([5, 6]) | 8, torch.tensor([5, 6]) ^ 1)
print(torch.tensor([3.7, -3.7, float("inf")]).to(torch.int32)[:2], torch.tensor([300, -1]).to(torch.uint8), torch.tensor([200]).to(torch.int8))
print(torch.tensor([0.0, 0.5, -1.0, float("nan")]).bool(), torch.tensor([2, 0]).bool())
print(torch.full((2,), 3).dtype, torch.full((2,), 3.0).dtype, torch.full((2,), True).dtype, torch.arange(3).dtype, torch.arange(3.0).dtype)
print(torch.tensor([1, 2.5]).dtype, torch.tensor([True, 2]).dtype, torch.zeros(2).dtype, torch.tensor([]).dtype)

if __name__ == "__main__":
    print("done")
