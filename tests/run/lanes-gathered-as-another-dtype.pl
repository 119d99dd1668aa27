"""gather by a mask reads the bits of the lanes as `output_dtype`, of the same width."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(
    x: pl.Tensor[[1, 64], pl.FP32],
    h: pl.Tensor[[1, 64], pl.BF16],
    i: pl.Tensor[[1, 64], pl.INT32],
    xi: pl.Out[pl.Tensor[[1, 32], pl.INT32]],
    ix: pl.Out[pl.Tensor[[1, 16], pl.FP32]],
    hh: pl.Out[pl.Tensor[[1, 32], pl.INT16]],
    fh: pl.Out[pl.Tensor[[1, 32], pl.FP16]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        xi[:, :] = pl.gather(x, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
        ix[:, :] = pl.gather(i, mask_pattern=pl.tile.MaskPattern.P0001, output_dtype=pl.FP32)
        hh[:, :] = pl.gather(h, mask_pattern=pl.tile.MaskPattern.P0101, output_dtype=pl.INT16)
        fh[:, :] = pl.gather(h, mask_pattern=pl.tile.MaskPattern.P0101, output_dtype=pl.FP16)


def build_tensor_specs():
    def some():
        return (torch.arange(64.0).reshape(1, 64) - 20) / 8

    return [
        TensorSpec("x", [1, 64], torch.float32, init_value=some),
        TensorSpec("h", [1, 64], torch.bfloat16, init_value=some),
        TensorSpec("i", [1, 64], torch.int32, init_value=lambda: some().view(torch.int32)),
        TensorSpec("xi", [1, 32], torch.int32, is_output=True),
        TensorSpec("ix", [1, 16], torch.float32, is_output=True),
        TensorSpec("hh", [1, 32], torch.int16, is_output=True),
        TensorSpec("fh", [1, 32], torch.float16, is_output=True),
    ]


def golden_k(t):
    t["xi"][:] = t["x"].view(torch.int32)[:, 1::2]
    t["ix"][:] = t["i"].view(torch.float32)[:, 0::4]
    t["hh"][:] = t["h"].view(torch.int16)[:, 0::2]
    t["fh"][:] = t["h"].view(torch.float16)[:, 0::2]
