# Only the chosen arm of `a if c else b` is evaluated: no division by zero, no
# read out of bounds, no store by a call in the other one.
# run: --golden
# run: --golden --engine=interp
# run: --golden --engine=cc
# run: --golden --fusion=off
# run: --golden --passes=none
import pypto.language as pl

N = 5


@pl.jit.inline
def noted(log: pl.Tensor[[N], pl.INT32], i: pl.Scalar[pl.INDEX], v: pl.Scalar[pl.INDEX]):
    pl.write(log, [i], 1)
    return v


@pl.jit
def one_arm(
    x: pl.Tensor[[N], pl.INT32],
    t: pl.Tensor[[N, 8], pl.FP32],
    q: pl.Out[pl.Tensor[[N], pl.INT64]],
    r: pl.Out[pl.Tensor[[N], pl.INT32]],
    log: pl.Out[pl.Tensor[[N], pl.INT32]],
    y: pl.Out[pl.Tensor[[N, 8], pl.FP32]],
):
    for i in pl.range(N):
        d = pl.read(x, [i])
        pl.write(q, [i], 100 // d if d != 0 else 100 % (d + 1) - 7)
        pl.write(r, [i], (pl.read(x, [i + 3]) if i + 3 < N else -i) + (noted(log, i, 2) if d > 3 else 3))
    i = 0
    while (pl.read(x, [i]) if i < N else 0) != 0 or i < N:
        i = i + 1
    pl.write(q, [0], i + (1 << (i if i < 64 else 65 - i)))
    with pl.at(level=pl.Level.CORE_GROUP, optimizations=[pl.auto_chunk]):
        for b in pl.parallel(N, chunk=2):
            rows = pl.read(x, [b + 4]) if b + 4 < N else 8 // pl.read(x, [1])
            v = pl.slice(t, [1, 8], [b, 0], valid_shape=[1, pl.max(0, pl.min(8, rows))])
            s = pl.read(t, [b + 1, 0]) if b + 1 < N else 0.5
            y[b : b + 1, :] = pl.mul(pl.fillpad(v), s)


def build_tensor_specs():
    import torch
    from golden import TensorSpec

    return [
        TensorSpec("x", [N], torch.int32, init_value=torch.tensor([0, 2, 0, 7, 3])),
        TensorSpec("t", [N, 8], torch.float32, init_value=torch.randn),
        TensorSpec("q", [N], torch.int64, is_output=True),
        TensorSpec("r", [N], torch.int32, is_output=True),
        TensorSpec("log", [N], torch.int32, is_output=True),
        TensorSpec("y", [N, 8], torch.float32, is_output=True),
    ]


def golden_one_arm(g):
    x = g["x"].tolist()
    for i in range(N):
        d = x[i]
        g["q"][i] = 100 // d if d != 0 else 100 % (d + 1) - 7
        g["r"][i] = (x[i + 3] if i + 3 < N else -i) + (2 if d > 3 else 3)
        g["log"][i] = d > 3
        rows = x[i + 4] if i + 4 < N else 8 // x[1]
        s = g["t"][i + 1, 0] if i + 1 < N else 0.5
        g["y"][i, :rows] = g["t"][i, :rows] * s
    g["q"][0] = N + (1 << N)
