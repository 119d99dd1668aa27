"""08 dynamic batch: one compiled kernel for every number of rows.

    qwc run examples/08_dynamic_batch.pl --golden
    qwc run examples/08_dynamic_batch.pl --golden --spec-arg rows=3

`pl.dynamic("ROWS")` names an extent that is known only when the kernel is called; every
parameter that uses the name must agree. Work is cut into tiles of 16 rows. The last one
has fewer valid rows, and `pl.max(0, ...)` says that none is fine too.

The tile of a partial block still takes part in the matrix product; only its valid rows
are computed and stored.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
TILE = 16
D_IN = 128
D_OUT = 64


@pl.jit
def linear(
    x: pl.Tensor[[ROWS, D_IN], pl.BF16],
    w: pl.Tensor[[D_OUT, D_IN], pl.BF16],
    y: pl.Out[pl.Tensor[[ROWS, D_OUT], pl.FP32]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, TILE):
        valid = pl.max(0, pl.min(TILE, rows - r0))
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="linear"):
            t = pl.slice(x, [TILE, D_IN], [r0, 0], valid_shape=[valid, D_IN])
            acc = pl.matmul(t, w[:, :], out_dtype=pl.FP32, b_trans=True)
            y = pl.assemble(y, acc, [r0, 0])


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, D_IN], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w", [D_OUT, D_IN], torch.bfloat16, init_value=lambda: torch.randn(D_OUT, D_IN) / D_IN ** 0.5),
        TensorSpec("y", [rows, D_OUT], torch.float32, is_output=True),
    ]


def golden_linear(tensors):
    tensors["y"][:] = tensors["x"].float() @ tensors["w"].float().T
