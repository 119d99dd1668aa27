# repr of tensors: columns, scientific form, summaries, dtype suffixes
import torch

print(torch.tensor(3), torch.tensor(3.5), torch.tensor(True), torch.tensor(2.0))
print(torch.tensor([1.0, 2.5, -3.0]), torch.tensor([1, -20, 300]))
print(torch.tensor([1.0, float("inf"), float("nan"), -2.0]))
print(torch.tensor([0.5, float("inf"), float("nan"), -2.0]))
print(torch.tensor([1e-5, 1.0]), torch.tensor([1e9, 1.0]), torch.tensor([0.0, 0.0]))
print(torch.tensor([123456.0, 1.5]), torch.tensor([1000000.0, 1000.0]))
print(torch.tensor([[True, False], [False, True]]))
print(torch.tensor([1, 2], dtype=torch.int32), torch.tensor([1, 2], dtype=torch.bfloat16))
print(torch.tensor([1.1, 2.2], dtype=torch.float16), torch.tensor([1.1, 2.2], dtype=torch.float64))
print(torch.arange(24).reshape(2, 3, 4))
print(torch.arange(30).float() / 7)
print(torch.arange(2000))
print(torch.arange(2000).reshape(40, 50))
print(torch.arange(4000).reshape(10, 20, 20).float() * 0.25)
print(torch.zeros(0), torch.zeros(2, 0), torch.zeros(0, dtype=torch.int64), torch.zeros(0, 3, dtype=torch.int32))
print(torch.zeros(3, 4, dtype=torch.bool))
print(torch.arange(20).to(torch.uint8), torch.arange(40, dtype=torch.int16))
print(f"{torch.tensor(3.14159):.3f} {torch.tensor(7):d}")
print([torch.tensor(1.0), torch.ones(2)])

if __name__ == "__main__":
    print("done")
