# args: --rtol 0 --atol 0
"""for ... in pl.spmd and with pl.spmd; block index; syncall between blocks."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[12, 8], pl.FP32], n: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[12, 8], pl.FP32]],
      z: pl.Out[pl.Tensor[[12, 8], pl.FP32]]):
    tmp = pl.create_tensor([12, 8], dtype=pl.FP32)
    for b in pl.spmd(n, name_hint="one", sync_start=True):
        y[3 * b : 3 * b + 3, :] = pl.add(x[3 * b : 3 * b + 3, :], pl.cast(b, pl.FP32))
    with pl.spmd(4, name_hint="two"):
        i = pl.tile.get_block_idx()
        t = pl.mul(x[3 * i : 3 * i + 3, :], 2.0)
        tmp[3 * i : 3 * i + 3, :] = t
        pl.system.syncall()
        j = (i + 1) % 4
        z[3 * i : 3 * i + 3, :] = pl.sub(tmp[3 * j : 3 * j + 3, :], t)


def build_specs():
    return [TensorSpec("x", [12, 8], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, 4),
            TensorSpec("y", [12, 8], torch.float32, is_output=True),
            TensorSpec("z", [12, 8], torch.float32, is_output=True)]


def golden_k(t):
    x = t["x"]
    for b in range(4):
        t["y"][3 * b : 3 * b + 3] = x[3 * b : 3 * b + 3] + b
    x = x * 2.0
    t["z"][:] = torch.cat([x[3:], x[:3]]) - x
