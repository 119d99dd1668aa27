# values of the specified generator (3.1.3); the expectation was computed by an
# independent program
import torch

print(torch.rand(6).tolist())
print(torch.randn(5).tolist())
print(torch.randint(0, 10, (8,)).tolist(), torch.randint(5, (3,)).tolist(), torch.randint(-3, 4, (2, 3), dtype=torch.int32).tolist())
torch.manual_seed(123456789012345)
print(torch.rand(2, 3).tolist())
print(torch.rand(4, dtype=torch.bfloat16).tolist(), torch.rand(3, dtype=torch.float16).tolist(), torch.rand(2, dtype=torch.float64).tolist())
g = torch.Generator().manual_seed(7)
print(torch.rand(2, generator=g).tolist(), torch.randn(2, 2, generator=g).tolist())
print(torch.randint(-2 ** 62, 2 ** 62, (3,), generator=g).tolist())
x = torch.zeros(5)
print(x.uniform_(-1, 3, generator=g).tolist(), x.normal_(10.0, 2.0, generator=g).tolist())
print(torch.rand_like(x).tolist() != torch.rand_like(x).tolist(), torch.randn_like(torch.zeros(3, dtype=torch.bfloat16)).dtype)
torch.manual_seed(0)
print(torch.rand(70000)[65534:65540].tolist())
print(torch.randn(70000)[69997:].tolist())

if __name__ == "__main__":
    print("done")
