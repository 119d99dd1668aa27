"""14 int8: multiply quantised activations and weights (W8A8).

    qwc run examples/14_int8.pl --golden

Activations and weights are INT8 with one scale a row. Their product is exact in INT32,
which is the default result of an INT8 matmul. The scales come back in afterwards:
`row_expand_mul` for the rows of `x`, `col_expand_mul` for the rows of `w`, which are the
columns of the result.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

M = 16
N = 64
K = 128


@pl.jit
def w8a8(
    x: pl.Tensor[[M, K], pl.INT8],
    w: pl.Tensor[[N, K], pl.INT8],
    x_scale: pl.Tensor[[M, 1], pl.FP32],
    w_scale: pl.Tensor[[1, N], pl.FP32],
    y: pl.Out[pl.Tensor[[M, N], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="w8a8"):
        acc = pl.matmul(x[:, :], w[:, :], b_trans=True)
        z = pl.cast(acc, target_type=pl.FP32)
        z = pl.col_expand_mul(pl.row_expand_mul(z, x_scale[:, :]), w_scale[:, :])
        y = pl.assemble(y, z, [0, 0])


def build_tensor_specs():
    def bytes_of(rows, cols):
        return lambda: torch.randint(-128, 128, (rows, cols))

    return [
        TensorSpec("x", [M, K], torch.int8, init_value=bytes_of(M, K)),
        TensorSpec("w", [N, K], torch.int8, init_value=bytes_of(N, K)),
        TensorSpec("x_scale", [M, 1], torch.float32, init_value=torch.rand),
        TensorSpec("w_scale", [1, N], torch.float32, init_value=torch.rand),
        TensorSpec("y", [M, N], torch.float32, is_output=True),
    ]


def golden_w8a8(tensors):
    acc = tensors["x"].to(torch.int32) @ tensors["w"].to(torch.int32).T
    tensors["y"][:] = acc.float() * tensors["x_scale"] * tensors["w_scale"]
