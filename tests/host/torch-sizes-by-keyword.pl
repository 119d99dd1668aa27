import torch


def main():
    x = torch.arange(6).view(size=(2, 3))
    print(x.permute(dims=(1, 0)).tolist(), x.reshape(shape=(3, 2)).tolist(), x.expand(size=(2, 2, 3)).shape == (2, 2, 3))
    print(x.repeat(repeats=(1, 2)).tolist(), torch.flip(x, dims=(0, 1)).tolist(), torch.tile(x, dims=(2,)).tolist())
    print(x.tile(2, 1).tolist(), x.tile((2, 1, 1)).tolist(), x[0].broadcast_to(2, 3).tolist(), torch.broadcast_to(x[:, :1], (2, 2)).tolist())
    print(x.ravel().tolist(), x.T.ravel().tolist(), torch.tensor(3).ravel().tolist(), x.swapdims(0, 1).tolist(), x.nbytes)
    for t in [x.new_zeros(2, 2), x.new_ones((1, 2)), x.new_full((2,), 7), x.float().new_full((2,), 7), x.new_empty(2).zero_(), x.new_zeros((2,), dtype=torch.float16), x.new_ones(size=(1,))]:
        print(t.dtype, t.tolist())
    y = x.float() / 4
    y.sin_().tanh_().exp2_()
    print([round(v, 4) for v in y.ravel().tolist()], y.clone().log_().fmod_(0.3).shape == y.shape)
    try:
        x.flip(0, -2)
    except RuntimeError:
        print("a dimension twice")


if __name__ == "__main__":
    main()
