# args: --golden=interp
"""A mask of -1e30 has a bound of 6e22, and no part in the softmax: its lanes can neither be the largest nor count."""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS, KEYS, DIM = 8, 16, 64


@pl.jit
def attend(
    q: pl.Tensor[[ROWS, DIM], pl.FP32],
    k: pl.Tensor[[KEYS, DIM], pl.FP32],
    hidden: pl.Tensor[[ROWS, KEYS], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, DIM], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="attend"):
        scores = pl.matmul(q[:, :], k[:, :], b_trans=True)
        scores = pl.add(scores, pl.mul(hidden[:, :], -1e30))
        weights = pl.exp(pl.row_expand_sub(scores, pl.row_max(scores)))
        weights = pl.row_expand_div(weights, pl.row_sum(weights))
        y = pl.assemble(y, pl.matmul(weights, k[:, :]), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("q", [ROWS, DIM], torch.float32, init_value=torch.rand),
        TensorSpec("k", [KEYS, DIM], torch.float32, init_value=torch.rand),
        TensorSpec("hidden", [ROWS, KEYS], torch.float32, init_value=torch.triu(torch.ones(ROWS, KEYS), diagonal=1)),
        TensorSpec("y", [ROWS, DIM], torch.float32, is_output=True),
    ]
