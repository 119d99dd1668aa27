"""Whatever the condition says, a product begins anew where it is taken: only those of the first step are ladders."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[16, 64], pl.FP32], w: pl.Tensor[[64, 16], pl.FP32], y: pl.Out[pl.Tensor[[12, 16, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb == 0:
                acc = pl.matmul(xa, wa)
            else:
                acc = pl.matmul_acc(acc, xa, wa)
        y[0, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb != 0:
                acc = pl.matmul_acc(acc, xa, wa)
            else:
                acc = pl.matmul(xa, wa)
        y[1, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb > 0:
                acc = pl.matmul_acc(acc, xa, wa)
            else:
                acc = pl.matmul(xa, wa)
        y[2, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb < 1:
                acc = pl.matmul(xa, wa)
            else:
                acc = pl.matmul_acc(acc, xa, wa)
        y[3, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb <= 0:
                acc = pl.matmul(xa, wa)
            else:
                acc = pl.matmul_acc(acc, xa, wa)
        y[4, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb >= 1:
                acc = pl.matmul_acc(acc, xa, wa)
            else:
                acc = pl.matmul(xa, wa)
        y[5, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if 0 == kb:
                acc = pl.matmul(xa, wa)
            else:
                acc = pl.matmul_acc(acc, xa, wa)
        y[6, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if not (kb == 0):
                acc = pl.matmul_acc(acc, xa, wa)
            else:
                acc = pl.matmul(xa, wa)
        y[7, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb < 2:
                acc = pl.matmul(xa, wa)
            else:
                acc = pl.matmul_acc(acc, xa, wa)
        y[8, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb == 1:
                acc = pl.matmul(xa, wa)
            else:
                acc = pl.matmul_acc(acc, xa, wa)
        y[9, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb != 2:
                acc = pl.matmul_acc(acc, xa, wa)
            else:
                acc = pl.matmul(xa, wa)
        y[10, :, :] = acc
        acc = pl.full([16, 16], dtype=pl.FP32, value=0.0)
        for kb in pl.range(4):
            xa = x[:, kb * 16 : kb * 16 + 16]
            wa = w[kb * 16 : kb * 16 + 16, :]
            if kb >= 3:
                acc = pl.matmul_acc(acc, xa, wa)
            else:
                acc = pl.matmul(xa, wa)
        y[11, :, :] = acc


def build_tensor_specs():
    def some():
        return torch.arange(1024.0) % 7 - 3

    return [
        TensorSpec("x", [16, 64], torch.float32, init_value=lambda: some().reshape(16, 64)),
        TensorSpec("w", [64, 16], torch.float32, init_value=lambda: some().reshape(64, 16)),
        TensorSpec("y", [12, 16, 16], torch.float32, is_output=True),
    ]


def golden_k(t):
    begin = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2]  # the last step that begins anew
    for i in range(12):
        t["y"][i] = t["x"][:, 16 * begin[i] :] @ t["w"][16 * begin[i] :]
