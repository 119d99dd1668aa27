# run: --golden=interp
# run: --golden=interp --engine=interp
"""A causal mask by `minimum` with an exact cap: bounds of visible scores stay small."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        rows = pl.reshape(pl.arange(0, [1, 16], dtype=pl.INT32), [16, 1])
        ahead = pl.sub(pl.arange(0, [1, 16], dtype=pl.INT32), rows)
        future = pl.cast(pl.cmp(ahead, 0, cmp_type="gt"), target_type=pl.FP32)
        s = pl.minimum(pl.exp(x[:, :]), pl.add(pl.mul(future, -2.0e30), 1.0e30))
        p = pl.exp(pl.row_expand_sub(s, pl.row_max(s)))
        y = pl.assemble(y, pl.add(p, 1.0), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [16, 16], torch.float32, init_value=torch.randn),
        TensorSpec("y", [16, 16], torch.float32, is_output=True),
    ]
