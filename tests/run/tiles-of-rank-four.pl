# args: --rtol 1e-6 --atol 1e-6
# run: --golden
# run: --golden --engine=cc --spec-arg n=0
# run: --golden --engine=interp --spec-arg n=6
# run: --golden --fusion=off --spec-arg n=1
# run: --golden=interp --passes=none --threads=7
"""Tiles of rank four: elementwise, transposed, multiplied, stored in part, read and written."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec

@pl.jit
def k(x: pl.Tensor[[2, 3, 5, 7], pl.FP32], b: pl.Tensor[[1, 3, 1, 7], pl.FP32], n: pl.Scalar[pl.INT32],
      y: pl.Out[pl.Tensor[[2, 3, 5, 7], pl.FP32]], z: pl.Out[pl.Tensor[[3, 5, 7], pl.FP32]], tr: pl.Out[pl.Tensor[[2, 7, 5, 3], pl.FP32]],
      mm: pl.Out[pl.Tensor[[2, 3, 5, 5], pl.FP32]], c: pl.Out[pl.Tensor[[2, 3, 5, 7], pl.INT32]], p: pl.Out[pl.Tensor[[2, 3, 6, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="r4"):
        t = x[:, :, :, :]
        u = t * 2.0 + b[:, :, :, :]
        v = pl.maximum(u, 0.0) - t
        y[:, :, :, :] = v
        z[:, :, :] = t[1]
        z[2, 4, :] = t[0, 0, 0]
        tr = pl.assemble(tr, pl.transpose(t, 1, 3), [0, 0, 0, 0])
        mm[:, :, :, :] = pl.matmul(t, t, b_trans=True)
        c[:, :, :, :] = pl.cast(pl.mul(t, 10.0), pl.INT32)
        e = pl.create_tile([2, 3, 6, 8], dtype=pl.FP32)
        e = pl.assemble(e, t, [0, 0, 1, 1])
        e[0:2, 0, 0, 0:2] = t[:, 1, 2, 3:5]
        e[1, 2, 3, 4] = pl.read(t, [0, 1, 2, 3]) + pl.cast(n, pl.FP32)
        p = pl.store(e, [0, 0, 0, 0], p)
    w = x[:, 1]
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="r5"):
        y[1, 2, 1:3, :] = pl.reshape(w[0, 1:3, :], [2, 7])
        q = pl.slice(x, [1, 2, 3, 8], [1, 1, 2, 0], valid_shape=[1, 2, 3, n])
        y = pl.assemble(y, pl.exp(q), [0, 0, 0, 1])

def build_tensor_specs(n=4):
    return [TensorSpec("x", [2,3,5,7], torch.float32, init_value=torch.randn), TensorSpec("b", [1,3,1,7], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, n),
      TensorSpec("y", [2,3,5,7], torch.float32, is_output=True), TensorSpec("z", [3,5,7], torch.float32, is_output=True),TensorSpec("tr", [2,7,5,3], torch.float32, is_output=True),
      TensorSpec("mm", [2,3,5,5], torch.float32, is_output=True), TensorSpec("c", [2,3,5,7], torch.int32, is_output=True), TensorSpec("p", [2,3,6,8], torch.float32, is_output=True)]

def golden_k(t):
    x, n = t["x"], t["n"]
    t["y"][:] = torch.clamp(x * 2.0 + t["b"], min=0.0) - x
    t["z"][:] = x[1]
    t["z"][2, 4, :] = x[0, 0, 0]
    t["tr"][:] = x.transpose(1, 3)
    t["mm"][:] = x @ x.transpose(2, 3)
    u = x * 10.0
    t["c"][:] = (torch.floor(torch.abs(u) + 0.5) * torch.sign(u)).to(torch.int32)
    p = t["p"]
    p[:, :, 1:, 1:] = x
    p[0:2, 0, 0, 0:2] = x[:, 1, 2, 3:5]
    p[1, 2, 3, 4] = x[0, 1, 2, 3] + n
    t["y"][1, 2, 1:3, :] = x[0, 1, 1:3, :]
    t["y"][0:1, 0:2, 0:3, 1:1 + n] = torch.exp(x[1:2, 1:3, 2:5, 0:n])
