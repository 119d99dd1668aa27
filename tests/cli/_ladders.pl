"""Ladders and what only looks like one."""
import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[16, 512], pl.BF16], w: pl.Tensor[[128, 512], pl.BF16], r: pl.Tensor[[16, 128], pl.FP32], y: pl.Out[pl.Tensor[[16, 128], pl.FP32]], z: pl.Out[pl.Tensor[[16, 128], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="good"):
        acc = pl.matmul(x[:, 0:128], w[:, 0:128], out_dtype=pl.FP32, b_trans=True)
        for k in pl.range(1, 4):
            acc = pl.matmul_acc(acc, x[:, k * 128 : k * 128 + 128], w[:, k * 128 : k * 128 + 128], b_trans=True)
        y = pl.assemble(y, acc + r, [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="gaps"):
        acc = pl.matmul(x[:, 0:64], w[:, 0:64], out_dtype=pl.FP32, b_trans=True)
        for k in pl.range(1, 4):
            acc = pl.matmul_acc(acc, x[:, k * 128 : k * 128 + 64], w[:, k * 128 : k * 128 + 64], b_trans=True)
        z = pl.assemble(z, acc, [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="backwards"):
        acc = pl.matmul(x[:, 384:512], w[:, 384:512], out_dtype=pl.FP32, b_trans=True)
        for k in pl.range(2, -1, -1):
            acc = pl.matmul_acc(acc, x[:, k * 128 : k * 128 + 128], w[:, k * 128 : k * 128 + 128], b_trans=True)
        z = pl.assemble(z, acc, [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="used"):
        acc = pl.matmul(x[:, 0:128], w[:, 0:128], out_dtype=pl.FP32, b_trans=True)
        for k in pl.range(1, 4):
            acc = pl.matmul_acc(acc, x[:, k * 128 : k * 128 + 128], w[:, k * 128 : k * 128 + 128], b_trans=True)
            z = pl.assemble(z, acc, [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="wrongpair"):
        acc = pl.matmul(x[:, 0:128], w[:, 0:128], out_dtype=pl.FP32, b_trans=True)
        for k in pl.range(1, 4):
            acc = pl.matmul_acc(acc, x[:, k * 128 : k * 128 + 128], w[:, (4 - k) * 128 : (4 - k) * 128 + 128], b_trans=True)
        z = pl.assemble(z, acc, [0, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="bf16acc"):
        for k in pl.range(4):
            if k == 0:
                acc = pl.matmul(x[:, 0:128], w[:, 0:128], out_dtype=pl.FP32, b_trans=True)
            else:
                acc = pl.matmul_acc(acc, x[:, k * 128 : k * 128 + 128], w[:, k * 128 : k * 128 + 128], b_trans=True)
        t = pl.set_validshape(acc, 5, 128)
        z = pl.assemble(z, t, [0, 0])
