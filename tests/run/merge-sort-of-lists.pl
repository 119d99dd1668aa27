# args: --rtol 0 --atol 0
"""mrgsort with 2, 3 and 4 lists, and in blocks; stable by operand."""
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[1, 256], pl.FP32], v: pl.Out[pl.Tensor[[5, 256], pl.FP32]], p: pl.Out[pl.Tensor[[5, 256], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        s = pl.sort32(x[:, :], pl.arange(0, [1, 256], dtype=pl.UINT32))
        two = pl.mrgsort(s[:, 0:64], s[:, 64:128])
        three = pl.mrgsort(s[:, 0:64], s[:, 64:128], s[:, 128:192])
        four = pl.mrgsort(s[:, 0:64], s[:, 64:128], s[:, 128:192], s[:, 192:256])
        blocks = pl.mrgsort(s, block_len=64)
        whole = pl.mrgsort(blocks[:, 0:256], blocks[:, 256:512])
        v[0:1, 0:64] = pl.gather(two, mask_pattern=pl.tile.MaskPattern.P0101)
        v[1:2, 0:96] = pl.gather(three, mask_pattern=pl.tile.MaskPattern.P0101)
        v[2:3, 0:128] = pl.gather(four, mask_pattern=pl.tile.MaskPattern.P0101)
        v[3:4, :] = pl.gather(blocks, mask_pattern=pl.tile.MaskPattern.P0101)
        v[4:5, :] = pl.gather(whole, mask_pattern=pl.tile.MaskPattern.P0101)
        p[0:1, 0:64] = pl.gather(two, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
        p[1:2, 0:96] = pl.gather(three, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
        p[2:3, 0:128] = pl.gather(four, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
        p[3:4, :] = pl.gather(blocks, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
        p[4:5, :] = pl.gather(whole, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)


def build_specs():
    return [TensorSpec("x", [1, 256], torch.float32, init_value=lambda: torch.randint(-20, 20, (1, 256))),
            TensorSpec("v", [5, 256], torch.float32, is_output=True),
            TensorSpec("p", [5, 256], torch.int32, is_output=True)]


def golden_k(t):
    x = t["x"][0].tolist()
    def put(row, at, lo, hi):
        for j, i in enumerate(sorted(range(lo, hi), key=lambda i: (-x[i], i))):
            t["v"][row, at + j] = x[i]
            t["p"][row, at + j] = i
    put(0, 0, 0, 64)
    put(1, 0, 0, 96)
    put(2, 0, 0, 128)
    put(3, 0, 0, 128)
    put(3, 128, 128, 256)
    put(4, 0, 0, 256)
