import torch

x = torch.tensor([-128, -1, 0, 1, 100, 127], dtype=torch.int8)
u = torch.tensor([0, 15, 128, 255], dtype=torch.uint8)
print(x >> 1, x << 1, x << torch.tensor([0, 1, 2, 3, 7, 8], dtype=torch.int8))
print(u >> 4, u << 4, u >> 8, u << 8, (u >> 4 << 4) | (u & 15))
print(torch.bitwise_left_shift(u, 1), u.bitwise_right_shift(1), 1 << torch.arange(4), torch.tensor([True]) << 2)
x >>= 2
print(x, torch.tensor([-2 ** 62 * 2, -1, 1]) >> 64, torch.tensor([1, 3]) << 63, torch.tensor([1]) << 64)
try:
    print(torch.ones(2) >> 1)
except TypeError as e:
    print("TypeError:", e)
except RuntimeError as e:
    print("RuntimeError:", e)

if __name__ == "__main__":
    print("done")
