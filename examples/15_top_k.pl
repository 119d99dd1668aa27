"""15 top-k: sort values and keep their places.

    qwc run examples/15_top_k.pl --golden

`pl.sort32` sorts blocks of 32 values, largest first, and weaves each value together with
an index: value, index, value, index, ... `pl.mrgsort` merges sorted runs of such pairs,
four at a time. In the end `pl.gather` with a mask picks the even lanes (the values) or
the odd ones (the indices; their bits are read as INT32).
"""
import pypto.language as pl
import torch
from golden import TensorSpec

N = 128          # four blocks of 32
TOP = 8


@pl.jit
def top_k(
    scores: pl.Tensor[[1, N], pl.FP32],
    values: pl.Out[pl.Tensor[[1, TOP], pl.FP32]],
    places: pl.Out[pl.Tensor[[1, TOP], pl.INT32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="top_k"):
        index = pl.tensor.arange(0, [1, N], dtype=pl.UINT32)
        pairs = pl.mrgsort(pl.sort32(scores[:, :], index), block_len=64)
        best = pl.slice(pairs, [1, 2 * TOP], [0, 0])
        values = pl.assemble(values, pl.gather(best, mask_pattern=pl.tile.MaskPattern.P0101), [0, 0])
        lanes = pl.gather(best, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
        places = pl.assemble(places, lanes, [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("scores", [1, N], torch.float32, init_value=torch.randn),
        TensorSpec("values", [1, TOP], torch.float32, is_output=True),
        TensorSpec("places", [1, TOP], torch.int32, is_output=True),
    ]


def golden_top_k(tensors):
    best = torch.topk(tensors["scores"], TOP, dim=-1)
    tensors["values"][:] = best.values
    tensors["places"][:] = best.indices
