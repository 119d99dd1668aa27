import torch


def main():
    a = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    b = torch.tensor([[2.0, 0.0, 1.0], [8.0, 5.0, 7.0]])
    v, w = a[0], b[0]
    n = torch.tensor([1, 1, 3])
    print((a + 0.25 * (b - a)).tolist())
    print((a + 2 * a * b).tolist(), (b + 3 * b / a).tolist())
    print(torch.cat([a, b], dim=1).tolist(), torch.cat([v, w], dim=0).tolist())
    print(torch.cat([a, b], dim=0).tolist(), torch.stack([v, w]).tolist())
    print(torch.cat([a[-1:], a[:-1]]).tolist())
    print(torch.where(torch.isnan(v / w - v / w), 0, v).tolist())
    print(torch.sort(b.flatten()).values[(b.numel() - 1) // 2].item())
    print(v[:, None].expand(-1, len(w)).tolist(), w.expand(len(v), -1).tolist())
    print((v * torch.eye(len(v))).tolist(), (a @ b.T).tolist(), sorted(set(b.flatten().tolist())))
    print(torch.zeros(4, dtype=torch.int64).index_add(0, n, torch.ones_like(n)).tolist())
    print([round(x, 5) for x in (torch.softmax(a @ b.mT * 0.5, dim=-1) @ b).flatten().tolist()])
    print([round(x, 5) for x in (a / a.norm(dim=-1, keepdim=True).clamp(min=1e-12)).flatten().tolist()])
    print([round(x, 5) for x in torch.log1p(torch.exp(a)).flatten().tolist()], ((a - b) ** 2).mean().item())


if __name__ == "__main__":
    main()
