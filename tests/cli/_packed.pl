"""Weights [K, N] of two dtypes, in windows that fit panels and in some that do not; what is
no weight: `t` is [N, K], `s` is written."""
import pypto.language as pl
import torch
from golden import TensorSpec

M = 5
STEP = 32


@pl.jit
def layer(
    x: pl.Tensor[[M, 96], pl.BF16],
    w: pl.Tensor[[3, 96, 160], pl.BF16],
    v: pl.Tensor[[96, 160], pl.BF16],
    t: pl.Tensor[[160, 96], pl.BF16],
    x8: pl.Tensor[[M, 96], pl.INT8],
    w8: pl.Tensor[[96, 70], pl.INT8],
    s: pl.InOut[pl.Tensor[[96, 32], pl.BF16]],
    y: pl.Out[pl.Tensor[[M, 160], pl.FP32]],
    z: pl.Out[pl.Tensor[[M, 150], pl.FP32]],
    y8: pl.Out[pl.Tensor[[M, 70], pl.INT32]],
):
    for i in pl.parallel(5):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="aligned"):
            n0 = i * 32
            acc = pl.matmul(x[:, 0:STEP], w[0, 0:STEP, n0 : n0 + 32], out_dtype=pl.FP32)
            for k in pl.range(1, 96 // STEP):
                k0 = k * STEP
                acc = pl.matmul_acc(acc, x[:, k0 : k0 + STEP], w[0, k0 : k0 + STEP, n0 : n0 + 32])
            acc = pl.matmul_acc(acc, x[:, :], w[2, :, n0 : n0 + 32])
            acc = pl.matmul_acc(acc, x[:, :], t[n0 : n0 + 32, :], b_trans=True)
            y = pl.assemble(y, acc, [0, n0])
    for i in pl.parallel(5):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="within_panels"):
            z[:, i * 30 : i * 30 + 30] = pl.matmul(x[:, 3:90], v[3:90, i * 30 : i * 30 + 30], out_dtype=pl.FP32)
    for i in pl.parallel(7):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="bytes"):
            y8[:, i * 10 : i * 10 + 10] = pl.matmul(x8[:, 5:96], w8[5:96, i * 10 : i * 10 + 10])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="written"):
        y[:, 0:32] = pl.matmul(x[:, :], s[:, :], out_dtype=pl.FP32)
        s[0:1, :] = pl.full([1, 32], dtype=pl.BF16, value=0.0)


def build_tensor_specs():
    def i8(*shape):
        return lambda: torch.randint(-128, 128, shape)

    return [
        TensorSpec("x", [M, 96], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w", [3, 96, 160], torch.bfloat16, init_value=torch.randn),
        TensorSpec("v", [96, 160], torch.bfloat16, init_value=torch.randn),
        TensorSpec("t", [160, 96], torch.bfloat16, init_value=torch.randn),
        TensorSpec("x8", [M, 96], torch.int8, init_value=i8(M, 96)),
        TensorSpec("w8", [96, 70], torch.int8, init_value=i8(96, 70)),
        TensorSpec("s", [96, 32], torch.bfloat16, init_value=torch.randn),
        TensorSpec("y", [M, 160], torch.float32, is_output=True),
        TensorSpec("z", [M, 150], torch.float32, is_output=True),
        TensorSpec("y8", [M, 70], torch.int32, is_output=True),
    ]


def golden_layer(g):
    x, w, t = g["x"].float(), g["w"].float(), g["t"].float()
    g["y"][:] = x @ w[0] + x @ w[2] + x @ t.T
    g["y"][:, 0:32] = x @ g["s"].float()
    g["z"][:] = x[:, 3:90] @ g["v"].float()[3:90, 0:150]
    g["y8"][:] = g["x8"].to(torch.int32)[:, 5:] @ g["w8"].to(torch.int32)[5:]
    g["s"][0] = 0.0
